"""From decoded frames to RGB images, of the size that the network wants."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import VideoReformatter


class FrameConverter:
    """From the decoder's pixel format to RGB, with the same tools for all.

    Transparency is ignored: the colors are taken as they are stored.

    Args:
        width (int): Width of the video in pixels.
        height (int): Its height.
        short_side (int, optional): Length to scale the short side to.
            Defaults to None, no scaling.
    """

    def __init__(
        self, width: int, height: int, short_side: int | None = None
    ) -> None:
        self._stored = width, height
        scale = short_side / min(width, height) if short_side else 1
        # As MMCV rounds, so that MMAction2's Resize finds nothing to do.
        self._size = int(width * scale + 0.5), int(height * scale + 0.5)
        self._scaler = VideoReformatter() if scale != 1 else None
        self._filter = 'AREA' if scale < 1 else 'BILINEAR'
        self._first = VideoReformatter()
        self._converter = VideoReformatter()

    def __call__(self, frame: av.VideoFrame) -> np.ndarray:
        """Convert a frame.

        Args:
            frame (av.VideoFrame): The frame.

        Returns:
            np.ndarray: RGB image, [H, W, 3] uint8, contiguous, upright if
            the frame says how it is rotated.
        """
        rotation = frame.rotation
        if self._scaler:
            frame = self._make_scalable(frame)
            # By itself, in the video's own format with its coarser colors:
            # in one step with the conversion it takes three times as long.
            frame = self._scaler.reformat(
                frame,
                *self._size,
                format=frame.format.name,
                interpolation=self._filter,
                threads=1,  # more start a thread per core for every frame
            )
        rgb = _reformat(self._converter, frame, self._size, 'rgb24')
        rgb = rgb.to_ndarray()
        if rotation % 360:
            rgb = np.ascontiguousarray(np.rot90(rgb, rotation // 90))
        return rgb

    def _make_scalable(self, frame: av.VideoFrame) -> av.VideoFrame:
        """Make a frame one that FFmpeg scales as all others."""
        if not _can_scale(frame.format):
            return _reformat(self._first, frame, self._stored, 'rgb24')
        if frame.format.name in ('yuv420p10le', 'yuv420p12le'):
            # PyAV cannot wrap planes of more than eight bits.
            frame = _reformat(self._first, frame, self._stored, 'yuv420p')
        return center_colors(frame)


def center_colors(frame: av.VideoFrame) -> av.VideoFrame:
    """Let FFmpeg scale the colors of a 4:2:0 frame as its brightness.

    Most codecs have the color of two pixels at the left one, and note it. If
    it is to stay there, FFmpeg moves colors to the right as the frame
    shrinks, where they stay when it becomes RGB. Frames without a note, of
    other codecs and made of images, would be scaled otherwise.

    Args:
        frame (av.VideoFrame): The frame, to be scaled.

    Returns:
        av.VideoFrame: The same pixels, without a note; the frame itself if
        it has another format.
    """
    if frame.format.name != 'yuv420p':
        return frame
    width, height = frame.width, frame.height
    planes = [_values(plane) for plane in frame.planes]
    odd = width % 2 or height % 2
    if odd or not hasattr(av.VideoFrame, 'from_dlpack'):
        new = make_420(width, height, planes)
    else:
        new = av.VideoFrame.from_dlpack(
            planes, format='yuv420p', width=width, height=height
        )
    new.colorspace, new.color_range = frame.colorspace, frame.color_range
    return new


def _can_scale(pixels: av.VideoFormat) -> bool:
    """Whether FFmpeg's scaler writes the format without loss of levels."""
    return (
        not pixels.has_palette and min(c.bits for c in pixels.components) > 7
    )


def _reformat(
    reformatter: VideoReformatter,
    frame: av.VideoFrame,
    size: tuple[int, int],
    pixels: str,
) -> av.VideoFrame:
    return reformatter.reformat(
        frame, *size, format=pixels, interpolation='BILINEAR', threads=1
    )


def make_420(
    width: int, height: int, planes: list[np.ndarray]
) -> av.VideoFrame:
    """Make a 4:2:0 frame of its planes.

    Args:
        width (int): Width of the frame in pixels.
        height (int): Its height.
        planes (list[np.ndarray]): Brightness, [H, W] uint8, and the two
            planes of colors, half as large (rounded up).

    Returns:
        av.VideoFrame: The frame.
    """
    frame = av.VideoFrame(width, height, 'yuv420p')
    for plane, values in zip(frame.planes, planes):
        _values(plane)[:] = values
    return frame


def _values(plane: av.video.plane.VideoPlane) -> np.ndarray:
    """The bytes of a plane, [h, w], not copied."""
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
