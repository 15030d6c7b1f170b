"""Maps as colors, and over frames."""

from __future__ import annotations

import cv2
import matplotlib
import numpy as np

from ..explain.video_explanation import ClassExplanation, VideoExplanation

# Its dark end is transparent, so that only what is looked at is covered.
COLORS = 'inferno'
# How strong a map is over the frames of its part that were not seen.
UNSEEN = 0.4
# How bright pixels stay that no view covers.
UNCOVERED = 0.35


def color_map(values: np.ndarray) -> np.ndarray:
    """Color a map.

    Args:
        values (np.ndarray): In [0, 1], [H, W].

    Returns:
        np.ndarray: RGBA, [H, W, 4] uint8; the more opaque the higher.
    """
    values = np.clip(values, 0, 1)
    # The darkest colors would hide what is below instead of marking it.
    colors = matplotlib.colormaps[COLORS](0.25 + 0.75 * values)
    colors[..., 3] = 0.85 * values**0.75
    return (255 * colors + 0.5).astype(np.uint8)


def overlay(
    picture: np.ndarray, colors: np.ndarray, strength: float = 1.0
) -> np.ndarray:
    """Lay a colored map over a picture.

    Args:
        picture (np.ndarray): RGB, [H, W, 3] uint8.
        colors (np.ndarray): RGBA of any size, [h, w, 4] uint8.
        strength (float): From 0, not at all, to 1. Defaults to 1.

    Returns:
        np.ndarray: RGB, [H, W, 3] uint8.
    """
    height, width = picture.shape[:2]
    if colors.shape[:2] != (height, width):
        colors = cv2.resize(
            colors, (width, height), interpolation=cv2.INTER_LINEAR
        )
    alpha = colors[..., 3:].astype(np.float32) * (strength / 255)
    mixed = picture * (1 - alpha) + colors[..., :3] * alpha
    return (mixed + 0.5).astype(np.uint8)


class Painter:
    """Draws the maps of a class over the frames of its video.

    Args:
        explanation (VideoExplanation): What was seen in the video.
        found (ClassExplanation): The class.
    """

    def __init__(
        self, explanation: VideoExplanation, found: ClassExplanation
    ) -> None:
        self._explanation = explanation
        self._colors = [color_map(values) for values in found.maps]
        self._shade: np.ndarray | None = None
        if not explanation.covered.all():
            covered = explanation.covered[..., None]
            self._shade = np.where(covered, 1, UNCOVERED).astype(np.float32)

    def paint(self, number: int, picture: np.ndarray) -> np.ndarray:
        """Draw over a frame: in full on those seen, faintly between them.

        Args:
            number (int): Number of the frame in the video.
            picture (np.ndarray): The frame, RGB [H, W, 3] uint8.

        Returns:
            np.ndarray: RGB, [H, W, 3] uint8.
        """
        if self._shade is not None:
            height, width = picture.shape[:2]
            shade = cv2.resize(
                self._shade, (width, height), interpolation=cv2.INTER_NEAREST
            )
            picture = (picture * shade[..., None]).astype(np.uint8)
        strength = 1.0 if self._explanation.is_seen(number) else UNSEEN
        colors = self._colors[self._explanation.image_at(number)]
        return overlay(picture, colors, strength)
