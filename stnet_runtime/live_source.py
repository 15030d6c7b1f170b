"""Frames of a camera or a network stream, as they come."""

from __future__ import annotations

import io
import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import av

from .errors import StNetInputError
from .frame_clock import FrameClock

# Seconds until a lost source is tried again: twice as long each time.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Seconds that a frame may still take when nobody wants more.
GRACE = 1.0
# Cameras by their numbers: what FFmpeg calls them, and its device.
_CAMERAS = {
    'linux': ('/dev/video{}', 'v4l2'),
    'darwin': ('{}', 'avfoundation'),
    'win32': ('video={}', 'dshow'),
}


class LiveFrame(NamedTuple):
    """A frame of a stream.

    Attributes:
        frame (av.VideoFrame): The frame.
        time (float): When it is to be shown in seconds: by the camera or the
            network source; else by ``FrameClock``, the first one at 0.
        arrived (float): When it was decoded, of ``time.monotonic``.
    """

    frame: av.VideoFrame
    time: float
    arrived: float


class LiveSource:
    """Frames in the order in which they come; the oldest are dropped.

    They are decoded by a thread of its own, so that a source does not wait
    for whoever takes them: of those that wait, the oldest is dropped when
    there are too many. A camera or a network source that ends, or says
    nothing, is opened again after a pause.

    Args:
        source (str): Number of a camera, address (``rtsp://``, ``udp://``,
            ``http://`` and others of FFmpeg), ``-`` for what is piped in, or
            a file, which is played as fast as it is to be shown, without
            gaps longer than ``patience``.
        patience (float): Seconds without a frame after which a source is lost.
            Defaults to 10.
        give_up (float): Seconds after which a lost source is not tried again.
            Defaults to 60.
        waiting (int): Frames that may wait. Defaults to 64.
        stopped (Callable): Says whether more frames are wanted no longer;
            asked while none comes. Defaults to None, they always are.

    Attributes:
        dropped (int): Frames that were dropped.
        reconnects (int): How often it was opened again.
        fps (float): Frames per second, as the source says; 25 before that,
            and if it does not.
    """

    def __init__(
        self,
        source: str,
        patience: float = 10.0,
        give_up: float = 60.0,
        waiting: int = 64,
        stopped: Callable[[], object] | None = None,
    ) -> None:
        self._source = source
        self._stopped = stopped or (lambda: False)
        self._patience, self._give_up = patience, give_up
        self.dropped = self.reconnects = 0
        self.fps = 25.0
        camera = source.isdecimal()
        self._lives = camera or '://' in source
        self._played = not (self._lives or source == '-')
        self._frames: deque[LiveFrame] = deque()
        self._most = waiting
        self._changed = threading.Condition()
        self._ended = False
        self._error: StNetInputError | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[LiveFrame]:
        """Take the frames.

        It ends a second after ``stopped`` says so, if no frame comes.

        Yields:
            LiveFrame: The oldest one that waits.

        Raises:
            StNetInputError: If the source cannot be opened, or stays lost;
                names it.
        """
        while True:
            with self._changed:
                end = math.inf
                while not self._frames and not self._ended:
                    if self._stopped():
                        end = min(end, time.monotonic() + GRACE)
                    if time.monotonic() >= end:
                        break
                    # A little at a time: signals come in between.
                    self._changed.wait(0.2)
                if not self._frames:
                    break
                frame = self._frames.popleft()
            yield frame
        if self._error is not None and not self._stopped():
            raise self._error

    def close(self) -> None:
        """Take no more frames."""
        with self._changed:
            self._ended = True
            self._frames.clear()

    def _run(self) -> None:
        """In the thread: read until the end, and open it again."""
        pause = FIRST_PAUSE
        heard = time.monotonic()
        while not self._ended:
            reason = 'it ended'
            try:
                for _ in self._read():
                    heard, pause = time.monotonic(), FIRST_PAUSE
            except (av.error.FFmpegError, OSError) as error:
                reason = getattr(error, 'strerror', None) or str(error)
            else:
                if not self._lives:
                    break
            lost = time.monotonic() - heard
            if not self._lives or lost >= self._give_up:
                self._error = StNetInputError(
                    f'{self._source}: no frame for {lost:.0f} s: {reason}'
                )
                break
            self.reconnects += 1
            time.sleep(min(pause, self._give_up - lost))
            pause = min(2 * pause, LONGEST_PAUSE)
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _read(self) -> Iterator[None]:
        """Read from the source's beginning, or where it is now."""
        with self._open() as container:
            stream = container.streams.best('video')
            if stream is None:
                raise OSError('there is no video in it')
            self.fps = float(stream.average_rate or self.fps)
            begun = time.monotonic()
            clock = FrameClock(stream, self.fps)
            last = -math.inf
            for frame in container.decode(stream):
                if self._ended:
                    return
                if not self._lives:
                    shown = clock.time_of(frame)
                elif frame.time is not None:
                    # With its jumps: what comes after one is another scene.
                    shown = frame.time
                else:
                    shown = time.monotonic() - begun
                if self._played:
                    if shown - last > self._patience:
                        # Nobody wants to wait for what a gap leaves out.
                        begun = time.monotonic() - shown
                    time.sleep(max(0.0, begun + shown - time.monotonic()))
                    last = shown
                self._put(LiveFrame(frame, shown, time.monotonic()))
                yield

    def _open(self) -> Any:
        options: dict[str, Any] = {}
        name: Any = self._source
        if name == '-':
            # Python aborts if it ends while a thread waits for sys.stdin.
            name = io.FileIO(sys.stdin.fileno(), closefd=False)
        elif self._lives:
            options['timeout'] = self._patience
        if isinstance(name, str) and name.isdecimal():
            pattern, options['format'] = _CAMERAS[sys.platform]
            name = pattern.format(name)
        if str(name).startswith('rtsp://'):
            # Over UDP, lost packets spoil pictures.
            options['options'] = dict(rtsp_transport='tcp')
        return av.open(name, **options)

    def _put(self, frame: LiveFrame) -> None:
        with self._changed:
            if len(self._frames) >= self._most:
                self._frames.popleft()
                self.dropped += 1
            self._frames.append(frame)
            self._changed.notify()
