"""Writing H.264 videos that play everywhere."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

import cv2
import numpy as np

from .pyav import require_pyav

if TYPE_CHECKING:
    import av

# Fine enough for the time stamps of any video.
TICKS = Fraction(90_000)


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
    return scale_evenly(height, width, scale)


def scale_evenly(height: int, width: int, scale: float) -> tuple[int, int]:
    """A size times a factor, in even numbers.

    Args:
        height (int): Height in pixels.
        width (int): Width in pixels.
        scale (float): The factor.

    Returns:
        tuple[int, int]: Height and width, at least 2.
    """

    def scaled(side: int) -> int:
        return max(2, 2 * round(side * scale / 2))

    return scaled(height), scaled(width)


def playback_options(fps: float, quality: int = 23) -> dict[str, str]:
    """Options of x264 for a video to be watched.

    Args:
        fps (float): Frames per second.
        quality (int): Constant rate factor: lower is better and larger.
            Defaults to 23.

    Returns:
        dict[str, str]: The options. There is a key frame every half second,
        so that seeking is quick.
    """
    return dict(
        crf=str(quality), preset='veryfast', g=str(max(1, round(fps / 2)))
    )


def copy_colors(
    source: av.VideoFrame, target: av.VideoFrame | av.VideoCodecContext
) -> None:
    """Copy what the numbers of a frame mean as colors.

    Args:
        source (av.VideoFrame): A frame.
        target (av.VideoFrame | av.VideoCodecContext): A frame or an encoder.
    """
    for name in ('color_range', 'colorspace', 'color_primaries', 'color_trc'):
        setattr(target, name, getattr(source, name))


class MP4Writer:
    """Writes H.264 (yuv420p) in mp4, which every browser plays.

    Frames are pictures (``write``) or come from a decoder (``write_frame``).

    Use it in a ``with`` block, which completes the file.

    Args:
        file (BinaryIO): Where to write; must be seekable.
        fps (float): Frames per second, roughly: frames come with their time.
        options (dict[str, str], optional): Options of x264, by FFmpeg's
            names. Defaults to None, those of ``playback_options``.
        longest (int, optional): Longest side in pixels; larger frames are
            scaled down. Defaults to None, any.
        ticks (Fraction, optional): The file's ticks per second, to which
            times are rounded. Defaults to 90000, fine enough for any video.
        container (str): FFmpeg's name of another container. Defaults to
            ``'mp4'``.
        pixel_aspect (Fraction, optional): Width of a pixel by its height,
            for players. Defaults to None, unknown.
    """

    def __init__(
        self,
        file: BinaryIO,
        fps: float,
        options: dict[str, str] | None = None,
        longest: int | None = None,
        ticks: Fraction = TICKS,
        container: str = 'mp4',
        pixel_aspect: Fraction | None = None,
    ) -> None:
        require_pyav('to write videos')
        import av  # only now, because it is not required otherwise

        self._container = av.open(file, 'w', format=container)
        self._stream = self._container.add_stream(
            'libx264',
            rate=Fraction(fps).limit_denominator(1001),
            options=options or playback_options(fps),
        )
        self._stream.pix_fmt = 'yuv420p'
        self._stream.codec_context.time_base = 1 / ticks
        if pixel_aspect:
            self._stream.codec_context.sample_aspect_ratio = pixel_aspect
        self._ticks = ticks
        self._longest = longest
        self._size: tuple[int, int] | None = None
        self._last = -1

    def write(self, time: float | Fraction, picture: np.ndarray) -> None:
        """Write a frame.

        Args:
            time (float | Fraction): When to show it, in seconds; later than
                the last.
            picture (np.ndarray): RGB, [H, W, 3] uint8. If it is not as large
                as the first, it is scaled.
        """
        import av

        if self._size is None:
            height, width = picture.shape[:2]
            self._size = fit_size(height, width, self._longest)
        if picture.shape[:2] != self._size:
            picture = cv2.resize(
                picture, self._size[::-1], interpolation=cv2.INTER_AREA
            )
        self.write_frame(time, av.VideoFrame.from_ndarray(picture, 'rgb24'))

    def write_frame(
        self, time: float | Fraction, frame: av.VideoFrame
    ) -> None:
        """Write a frame as it is, with the meaning of its colors.

        Args:
            time (float | Fraction): When to show it, in seconds; later than
                the last.
            frame (av.VideoFrame): The frame, whose time is changed. Its sides
                are even, and it is as large as the first.
        """
        codec = self._stream.codec_context
        if not codec.is_open:
            codec.height, codec.width = frame.height, frame.width
            copy_colors(frame, codec)
        # A decoded frame has a type, which x264 would take as an order.
        frame.pict_type = 0
        # Odd files have several frames at one time, or run back.
        self._last = max(self._last + 1, round(time * self._ticks))
        frame.pts, frame.time_base = self._last, 1 / self._ticks
        self._container.mux(self._stream.encode(frame))

    def __enter__(self) -> MP4Writer:
        return self

    def __exit__(self, kind: type | None, *error: object) -> None:
        try:
            if kind is None:
                self._container.mux(self._stream.encode())
        finally:
            self._container.close()
