"""Whether a video belongs to none of the classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

# What such a video is called.
UNKNOWN = 'unknown'


class Prediction(NamedTuple):
    """What a network says of a video.

    Attributes:
        scores (np.ndarray): Of the classes, [classes].
        energy (float): Energy score: the higher, the more the video is like
            those of the classes.
        unknown (bool): Whether it is taken for a video of no class.
    """

    scores: np.ndarray
    energy: float
    unknown: bool


def is_unknown(
    scores: np.ndarray, energy: float, thresholds: Sequence[float] | None
) -> bool:
    """Whether a video is to be taken for one of no class.

    Args:
        scores (np.ndarray): Of the classes, [classes].
        energy (float): Its energy score.
        thresholds (Sequence[float], optional): The least energy score of a
            video of each class; None if none were chosen.

    Returns:
        bool: Whether it has less than a video of its best class must have.
    """
    if thresholds is None:
        return False
    return bool(energy < thresholds[int(np.argmax(scores))])
