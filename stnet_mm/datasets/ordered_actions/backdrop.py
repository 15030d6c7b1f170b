"""Backgrounds: plain, or smooth colors with a texture."""

from __future__ import annotations

import cv2
import numpy as np

# Gray levels; the objects are brighter (see scene.py).
DARKEST, BRIGHTEST = 10, 80


def draw_backdrop(
    size: tuple[int, int], textured: bool, rng: np.random.Generator
) -> np.ndarray:
    """Draw a background.

    Args:
        size (tuple[int, int]): Height and width in pixels.
        textured (bool): Whether it has smooth colors and a texture rather
            than one color.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: RGB, float32, [height, width, 3].
    """
    height, width = size
    if not textured:
        color = rng.uniform(DARKEST, BRIGHTEST, 3)
        return np.full((height, width, 3), color, np.float32)
    patches = rng.uniform(DARKEST, BRIGHTEST, (4, 4, 3))
    grain = rng.normal(0, 10, (16, 16, 1))
    smooth = cv2.resize(
        patches, (width, height), interpolation=cv2.INTER_CUBIC
    )
    texture = cv2.resize(grain, (width, height))
    backdrop = smooth + texture[..., None]
    return backdrop.clip(0, BRIGHTEST + DARKEST).astype(np.float32)
