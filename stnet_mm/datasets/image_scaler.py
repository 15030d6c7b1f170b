"""Scaling images as the frames of videos are scaled."""

from __future__ import annotations

import av
import cv2
import numpy as np

from stnet_runtime.frame_converter import FrameConverter, make_420


class ImageScaler:
    """Scales RGB images as ``FrameConverter`` scales frames of videos.

    So the frames of a video are much the same (within a level of 255 on
    average) when they come as images: with the coarser colors of 4:2:0, which
    nearly all videos have.

    Args:
        short_side (int): Length to scale the short side to, in pixels.
    """

    def __init__(self, short_side: int) -> None:
        self.short_side = short_side
        self._converters: dict[tuple[int, int], FrameConverter] = {}

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Scale an image.

        Args:
            image (np.ndarray): RGB, [H, W, 3] uint8.

        Returns:
            np.ndarray: RGB, [h, w, 3] uint8; the same image if its short
            side has the wanted length.
        """
        size = image.shape[1], image.shape[0]
        if min(size) == self.short_side:
            return image
        if size not in self._converters:
            self._converters[size] = FrameConverter(*size, self.short_side)
        return self._converters[size](_to_420(image))


def _to_420(image: np.ndarray) -> av.VideoFrame:
    """The frame of a 4:2:0 video from which an RGB image comes."""
    height, width = image.shape[:2]
    # FFmpeg rounds colors down when it converts to RGB: undo it before.
    even = cv2.convertScaleAbs(image, alpha=1, beta=1)
    if height % 2 or width % 2:
        border = 0, height % 2, 0, width % 2
        even = cv2.copyMakeBorder(even, *border, cv2.BORDER_REPLICATE)
    rows, columns = even.shape[:2]
    planes = cv2.cvtColor(even, cv2.COLOR_RGB2YUV_I420)
    luma = planes[:height, :width]
    colors = planes[rows:].reshape(2, rows // 2, columns // 2)
    return make_420(width, height, [luma, *colors])
