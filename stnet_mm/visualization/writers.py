"""Writing videos that play everywhere."""

from __future__ import annotations

from fractions import Fraction
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image

# Fine enough for the time stamps of any video.
CLOCK = 90_000
# Above these a GIF is of no use.
GIF_FPS, GIF_FRAMES, GIF_SIDE = 12.5, 400, 320


def fit_size(height: int, width: int, longest: int | None) -> tuple[int, int]:
    """The size of a video that codecs take: even, and not too large.

    Args:
        height (int): Height of the frames in pixels.
        width (int): Their width.
        longest (int, optional): The longest side allowed. Defaults to None,
            any.

    Returns:
        tuple[int, int]: Height and width.
    """
    scale = min(1.0, longest / max(height, width)) if longest else 1.0
    return tuple(max(2, 2 * round(x * scale / 2)) for x in (height, width))


class MP4Writer:
    """Writes H.264 (yuv420p) in mp4, which every browser plays.

    Use it in a ``with`` block, which completes the file.

    Args:
        file (BinaryIO): Where to write; must be seekable.
        fps (float): Frames per second, roughly: frames come with their time.
        quality (int): x264's constant rate factor: lower is better and
            larger. Defaults to 23.
        longest (int, optional): Longest side in pixels; larger frames are
            scaled down. Defaults to None, any.
    """

    def __init__(
        self,
        file: BinaryIO,
        fps: float,
        quality: int = 23,
        longest: int | None = None,
    ) -> None:
        import av  # only now, because it is not required otherwise

        self._container = av.open(file, 'w', format='mp4')
        rate = Fraction(fps).limit_denominator(1001)
        self._stream = self._container.add_stream('libx264', rate=rate)
        self._stream.options = {'crf': str(quality), 'preset': 'veryfast'}
        self._stream.pix_fmt = 'yuv420p'
        self._stream.codec_context.time_base = Fraction(1, CLOCK)
        # A key frame every half second, so that seeking is quick.
        self._stream.gop_size = max(1, round(fps / 2))
        self._longest = longest
        self._size: tuple[int, int] | None = None
        self._last = -1

    def write(self, time: float, picture: np.ndarray) -> None:
        """Write a frame.

        Args:
            time (float): When to show it, in seconds; later than the last.
            picture (np.ndarray): RGB, [H, W, 3] uint8. If it is not as large
                as the first, it is scaled.
        """
        import av

        if self._size is None:
            self._size = fit_size(*picture.shape[:2], self._longest)
            self._stream.height, self._stream.width = self._size
        if picture.shape[:2] != self._size:
            picture = cv2.resize(
                picture, self._size[::-1], interpolation=cv2.INTER_AREA
            )
        frame = av.VideoFrame.from_ndarray(picture, format='rgb24')
        # Odd files have several frames at one time, or run back.
        self._last = max(self._last + 1, round(time * CLOCK))
        frame.pts, frame.time_base = self._last, Fraction(1, CLOCK)
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> MP4Writer:
        return self

    def __exit__(self, kind: type | None, *error: object) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode())
        finally:
            self._container.close()


class GIFWriter:
    """Writes an animated GIF of few and small frames.

    They are at most 12.5 a second, 400 in all and 320 pixels wide or high.
    Use it in a ``with`` block, which writes the file.

    Args:
        file (BinaryIO): Where to write.
        duration (float): How long the video takes, in seconds.
    """

    def __init__(self, file: BinaryIO, duration: float) -> None:
        self._file = file
        self._step = max(1 / GIF_FPS, duration / GIF_FRAMES)
        self._images: list[Image.Image] = []
        self._times: list[float] = []

    def write(self, time: float, picture: np.ndarray) -> None:
        """Write a frame, unless it follows the last one too soon.

        Args:
            time (float): When to show it, in seconds; later than the last.
            picture (np.ndarray): RGB, [H, W, 3] uint8.
        """
        if self._times and time < self._times[-1] + 0.99 * self._step:
            return
        image = Image.fromarray(picture)
        image.thumbnail((GIF_SIDE, GIF_SIDE))
        # A byte a pixel while it waits, with colours of its own.
        self._images.append(image.quantize(128))
        self._times.append(time)

    def __enter__(self) -> GIFWriter:
        return self

    def __exit__(self, kind: type | None, *error: object) -> None:
        if kind is not None or not self._images:
            return
        ends = [*self._times[1:], self._times[-1] + self._step]
        first, *rest = self._images
        first.save(
            self._file,
            format='GIF',
            save_all=True,
            append_images=rest,
            # Multiples of 10 ms; below 20 viewers slow down.
            duration=[
                max(20, 10 * round(100 * (end - start)))
                for start, end in zip(self._times, ends)
            ],
            loop=0,
        )
