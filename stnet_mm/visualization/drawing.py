"""Maps as colours, and over frames."""

from __future__ import annotations

import cv2
import matplotlib
import numpy as np

from ..explain.video_explanation import ClassExplanation, VideoExplanation

# Its dark end is transparent, so that only what is looked at is covered.
COLOURS = 'inferno'
# How strong a map is over the frames of its part that were not seen.
UNSEEN = 0.4
# How bright pixels stay that no view covers.
UNCOVERED = 0.35


def colour_map(values: np.ndarray) -> np.ndarray:
    """Colour a map.

    Args:
        values (np.ndarray): In [0, 1], [H, W].

    Returns:
        np.ndarray: RGBA, [H, W, 4] uint8; the more opaque the higher.
    """
    values = np.clip(values, 0, 1)
    # The darkest colours would hide what is below instead of marking it.
    colours = matplotlib.colormaps[COLOURS](0.25 + 0.75 * values)
    colours[..., 3] = 0.85 * values**0.75
    return (255 * colours + 0.5).astype(np.uint8)


def overlay(
    picture: np.ndarray, colours: np.ndarray, strength: float = 1.0
) -> np.ndarray:
    """Lay a coloured map over a picture.

    Args:
        picture (np.ndarray): RGB, [H, W, 3] uint8.
        colours (np.ndarray): RGBA of any size, [h, w, 4] uint8.
        strength (float): From 0, not at all, to 1. Defaults to 1.

    Returns:
        np.ndarray: RGB, [H, W, 3] uint8.
    """
    height, width = picture.shape[:2]
    if colours.shape[:2] != (height, width):
        colours = cv2.resize(
            colours, (width, height), interpolation=cv2.INTER_LINEAR
        )
    alpha = colours[..., 3:].astype(np.float32) * (strength / 255)
    mixed = picture * (1 - alpha) + colours[..., :3] * alpha
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
        self._colours = [colour_map(values) for values in found.maps]
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
        colours = self._colours[self._explanation.image_at(number)]
        return overlay(picture, colours, strength)
