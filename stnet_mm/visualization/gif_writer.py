"""Writing animated GIFs."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from PIL import Image

# Above these a GIF is of no use.
GIF_FPS, GIF_FRAMES, GIF_SIDE = 12.5, 400, 320


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
        # A byte a pixel while it waits, with colors of its own.
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
