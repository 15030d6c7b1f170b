"""A flat object: its outlines in every frame, and how it is painted."""

from __future__ import annotations

import cv2
import numpy as np

from .shapes import SHAPES

# Objects are filled on a grid this many times finer and averaged, so that
# they can move by parts of a pixel. OpenCV's own anti-aliasing fattens small
# objects by more than half a pixel on each side.
FINE = 8


class MovingObject:
    """An object of one color that moves.

    Args:
        shape (str): A key of ``SHAPES``.
        centers (np.ndarray): Its center in every frame in pixels, x and y;
            [L, 2]. The frame's top left corner is (0, 0).
        radii (np.ndarray): Its half-width and half-height in every frame in
            pixels; [L, 2].
        angles (np.ndarray): How far it is turned in every frame in radians;
            [L].
        opacity (np.ndarray): From 0 (not visible) to 1 in every frame; [L].
        color (np.ndarray): RGB in gray levels; [3].
    """

    def __init__(
        self,
        shape: str,
        centers: np.ndarray,
        radii: np.ndarray,
        angles: np.ndarray,
        opacity: np.ndarray,
        color: np.ndarray,
    ) -> None:
        cos, sin = np.cos(angles), np.sin(angles)
        turns = np.stack([cos, sin, -sin, cos], axis=1).reshape(-1, 2, 2)
        # Each [L, corners, 2].
        self.outlines = [
            (outline @ turns) * radii[:, None] + centers[:, None]
            for outline in SHAPES[shape]
        ]
        self.opacity = opacity.astype(np.float32)
        self.color = color.astype(np.float32)

    def boxes(self) -> np.ndarray:
        """Left, top, right and bottom edge in every frame in pixels, [L, 4].

        Returns:
            np.ndarray: The boxes; float64.
        """
        corners = np.concatenate(self.outlines, axis=1)
        return np.concatenate([corners.min(1), corners.max(1)], axis=1)

    def paint(self, frame: np.ndarray, t: int) -> None:
        """Paint the object over a frame, in place.

        Args:
            frame (np.ndarray): RGB, float32, [height, width, 3].
            t (int): The frame's number.
        """
        outlines = [outline[t] for outline in self.outlines]
        # Only the part of the frame that the object covers.
        corners = np.concatenate(outlines)
        size = frame.shape[1::-1]
        low = np.floor(corners.min(0)).clip(0, size).astype(int)
        high = np.ceil(corners.max(0)).clip(0, size).astype(int)
        width, height = high - low
        if not width or not height:
            return
        canvas = np.zeros((height * FINE, width * FINE), np.uint8)
        # OpenCV counts from the center of the first pixel.
        polygons = [
            ((outline - low) * FINE - 0.5).round().astype(np.int32)
            for outline in outlines
        ]
        cv2.fillPoly(canvas, polygons, 255)
        cover = cv2.resize(
            canvas, (int(width), int(height)), interpolation=cv2.INTER_AREA
        )
        part = frame[low[1] : high[1], low[0] : high[0]]
        part += (cover[..., None] * (self.opacity[t] / 255)) * (
            self.color - part
        )


def draw_color(rng: np.random.Generator) -> np.ndarray:
    """Draw a bright color.

    Args:
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: RGB in gray levels; [3].
    """
    # Pure blue or red would be dark, and coarse in a yuv420p video.
    color = rng.uniform(110, 255, 3)
    color[rng.integers(3)] = 255
    return color
