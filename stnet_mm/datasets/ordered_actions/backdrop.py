"""Backgrounds: plain, or smooth colours with a texture."""

from __future__ import annotations

import cv2
import numpy as np

# Grey levels; the objects are brighter (see scene.py).
DARKEST, BRIGHTEST = 10, 80


def draw_backdrop(
    size: tuple[int, int], textured: bool, rng: np.random.Generator
) -> np.ndarray:
    """Draw a background.

    Args:
        size (tuple[int, int]): Height and width in pixels.
        textured (bool): Whether it has smooth colours and a texture rather
            than one colour.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: RGB, float32, [height, width, 3].
    """
    height, width = size
    if not textured:
        colour = rng.uniform(DARKEST, BRIGHTEST, 3)
        return np.full((height, width, 3), colour, np.float32)
    patches = rng.uniform(DARKEST, BRIGHTEST, (4, 4, 3))
    grain = rng.normal(0, 10, (16, 16, 1))
    smooth = cv2.resize(
        patches, (width, height), interpolation=cv2.INTER_CUBIC
    )
    texture = cv2.resize(grain, (width, height))
    backdrop = smooth + texture[..., None]
    return backdrop.clip(0, BRIGHTEST + DARKEST).astype(np.float32)
