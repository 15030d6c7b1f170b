"""A live MPEG-TS stream over TCP on loopback, which can misbehave."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np

TICKS = 90_000


class _Wire:
    """The file that a muxer writes to: a connection that may be poor."""

    def __init__(
        self, connection: socket.socket, broadcast: Broadcast
    ) -> None:
        self._connection, self._broadcast = connection, broadcast
        self._held = b''
        self._random = random.Random(0)

    def write(self, data: bytes) -> int:
        """Send, damage or hold back."""
        now = time.monotonic()
        if now < self._broadcast.damaged_until:
            damaged = bytearray(data)
            for _ in range(1 + len(data) // 200):
                place = self._random.randrange(len(data))
                damaged[place] = self._random.randrange(256)
            data = bytes(damaged)
        self._held += data
        if now >= self._broadcast.held_until:
            self._connection.sendall(self._held)
            self._held = b''
        return len(data)


class Broadcast:
    """Sends made pictures at real time to whoever connects, one at a time.

    Use it in a ``with`` block, which ends it.

    Args:
        size (tuple[int, int]): Width and height. Defaults to (640, 360).
        fps (float): Frames per second. Defaults to 25.

    Attributes:
        address (str): Where it can be received.
        size (tuple[int, int]): As above; like the next two it may be changed
            at any time, and the encoder starts again.
        fps (float): As above.
        shift (float): Seconds by which its time stamps are off.
        silent_until (float): Until then no frame is taken; of
            ``time.monotonic``, as the others.
        held_until (float): Until then what is sent waits somewhere.
        damaged_until (float): Until then bytes are damaged on the way.
        off_until (float): Until then nobody is connected.
    """

    def __init__(
        self, size: tuple[int, int] = (640, 360), fps: float = 25.0
    ) -> None:
        self.size, self.fps, self.shift = size, fps, 100.0
        self.silent_until = self.held_until = 0.0
        self.damaged_until = self.off_until = 0.0
        self._ended = False
        self._begun = time.monotonic()
        with socket.create_server(('127.0.0.1', 0)) as server:
            self._port = server.getsockname()[1]
        self.address = f'tcp://127.0.0.1:{self._port}'
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Wait for somebody who connects."""
        self._thread.start()

    def __enter__(self) -> Broadcast:
        return self

    def __exit__(self, *error: object) -> None:
        self._ended = True
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            if time.monotonic() < self.off_until:
                time.sleep(0.05)
                continue
            # A receiver that leaves makes sending fail.
            with contextlib.suppress(OSError, av.error.FFmpegError):
                self._serve()

    def _serve(self) -> None:
        with socket.create_server(('127.0.0.1', self._port)) as server:
            server.settimeout(0.2)
            connection, _ = server.accept()
        # One that waits for nothing would keep this thread.
        connection.settimeout(5)
        with connection:
            while self._is_on():
                self._encode(_Wire(connection, self))

    def _is_on(self) -> bool:
        return not self._ended and time.monotonic() >= self.off_until

    def _encode(self, wire: _Wire) -> None:
        """Send until the pictures or their times change."""
        kind = (self.size, self.fps, self.shift)
        with av.open(wire, 'w', format='mpegts') as container:
            stream = container.add_stream(
                'libx264', rate=round(self.fps), options=_options(self.fps)
            )
            stream.width, stream.height = self.size
            stream.pix_fmt = 'yuv420p'
            stream.codec_context.time_base = Fraction(1, TICKS)
            stream.codec_context.thread_count = 1
            for picture in _pictures(*self.size):
                self._wait()
                if kind != (self.size, self.fps, self.shift):
                    break
                if not self._is_on():
                    break
                frame = av.VideoFrame.from_ndarray(picture, 'rgb24')
                now = time.monotonic() - self._begun
                frame.pts = round((now + self.shift) * TICKS)
                frame.time_base = Fraction(1, TICKS)
                container.mux(stream.encode(frame))

    def _wait(self) -> None:
        """Wait for the next frame."""
        now = time.monotonic() - self._begun
        time.sleep((int(now * self.fps) + 1) / self.fps - now)
        while time.monotonic() < self.silent_until and self._is_on():
            time.sleep(0.02)


def _options(fps: float) -> dict[str, str]:
    """Of x264: a key frame each second, and nothing is kept back."""
    return dict(preset='ultrafast', tune='zerolatency', g=str(round(fps)))


def _pictures(width: int, height: int) -> Iterator[np.ndarray]:
    """A texture that moves for ever."""
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3))
    image = blocks.repeat(8, 0).repeat(8, 1)[:height, :width].astype(np.uint8)
    number = 0
    while True:
        yield np.ascontiguousarray(np.roll(image, 4 * number, axis=1))
        number += 1
