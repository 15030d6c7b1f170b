"""Outlines of the objects, as polygons inside the unit circle."""

from __future__ import annotations

import numpy as np


def _polygon(corners: int, radii: tuple[float, ...] = (1.0,)) -> np.ndarray:
    """Regular polygon whose corners take the radii in turn, [corners, 2]."""
    angles = 2 * np.pi * np.arange(corners) / corners
    points = np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    return points * np.resize(radii, corners)[:, None]


def _cross(arm: float) -> np.ndarray:
    """Cross with arms of the given half-width, [12, 2]."""
    end = np.sqrt(1 - arm**2)
    quarter = np.array([[arm, -end], [arm, -arm], [end, -arm]])
    turn = np.array([[0, 1], [-1, 0]])
    return np.concatenate(
        [quarter @ np.linalg.matrix_power(turn, k) for k in range(4)]
    )


def _rectangle(half_height: float) -> np.ndarray:
    """Rectangle of the given half-height, [4, 2]."""
    half_width = np.sqrt(1 - half_height**2)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return signs * [half_width, half_height]


# name: outlines, each [corners, 2]; a second outline is a hole.
SHAPES = {
    'square': [_polygon(4)],
    'triangle': [_polygon(3)],
    'cross': [_cross(0.3)],
    'star': [_polygon(10, (1.0, 0.45))],
    'ring': [_polygon(32), 0.5 * _polygon(32)],
    'bar': [_rectangle(0.35)],
}
