"""The frames of a video one after the other, whatever its length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from .errors import StNetInputError
from .frame_clock import FrameClock
from .frame_converter import FrameConverter
from .video_reader import DEFAULT_FPS


class TimedFrame(NamedTuple):
    """A frame as it was decoded.

    Attributes:
        time (float): When it is shown in seconds, the first one at 0, each
            after the one before; see ``FrameClock``.
        frame (av.VideoFrame): The frame.
    """

    time: float
    frame: av.VideoFrame


class FrameStream:
    """A video that is decoded once, from its start.

    Memory does not grow with its length; ``VideoReader``, of which frames can
    be chosen, keeps the times of all frames, and reads the file twice.

    Args:
        file (str | Path): The video.
        short_side (int, optional): As of ``VideoReader.get_frames``.

    Attributes:
        fps (float): Frames per second on average; 25 if unknown.
        duration (float, optional): Its length in seconds, if the file says
            so.

    Raises:
        StNetInputError: If it cannot be opened as a video; names it.
    """

    def __init__(
        self, file: str | Path, short_side: int | None = None
    ) -> None:
        self._name = str(file)
        self._short_side = short_side
        self._convert: FrameConverter | None = None
        self._size = (0, 0)
        try:
            self._container = av.open(self._name)
            stream = self._container.streams.best('video')
        except (av.error.FFmpegError, OSError) as error:
            raise self._broken(error) from error
        if stream is None or stream.codec_context is None:
            self._container.close()
            raise StNetInputError(f'{file}: there is no video in it')
        self._stream = stream
        self.fps = float(stream.average_rate or DEFAULT_FPS)
        length = self._container.duration
        self.duration = length / av.time_base if length else None

    def __iter__(self) -> Iterator[TimedFrame]:
        """Decode it.

        Yields:
            TimedFrame: Its frames, in the order in which they are shown.

        Raises:
            StNetInputError: If it is damaged; names it, and where.
        """
        clock = FrameClock(self._stream, self.fps)
        time: float | None = None
        try:
            for frame in self._container.decode(self._stream):
                time = clock.time_of(frame)
                yield TimedFrame(time, frame)
        except av.error.FFmpegError as error:
            raise StNetInputError(
                f'{self._name}: it is damaged after {time or 0:.1f} s: '
                f'{error.strerror}'
            ) from error
        if time is None:
            raise StNetInputError(f'{self._name}: no frames in it')

    def to_rgb(self, frame: av.VideoFrame) -> np.ndarray:
        """Convert a frame.

        Args:
            frame (av.VideoFrame): The frame.

        Returns:
            np.ndarray: [H, W, 3] RGB uint8, scaled and upright.
        """
        size = (frame.width, frame.height)
        if self._convert is None or size != self._size:
            self._convert = FrameConverter(*size, self._short_side)
            self._size = size
        return self._convert(frame)

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def __enter__(self) -> FrameStream:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _broken(self, error: Exception) -> StNetInputError:
        reason = getattr(error, 'strerror', None) or str(error)
        return StNetInputError(
            f'{self._name}: it cannot be read as a video: {reason}'
        )
