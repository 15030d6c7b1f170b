"""From what energy score on a video belongs to one of the classes."""

from __future__ import annotations

import math

import numpy as np

from ..errors import StNetInputError


def energy_thresholds(
    energies: np.ndarray,
    predicted: np.ndarray,
    num_classes: int,
    false_alarms: float,
) -> np.ndarray:
    """Choose the least energy score of a video of each class.

    They are such that of further videos of the classes at most a wished
    share is called unknown: the quantiles of split conformal prediction
    (Vovk et al., "Algorithmic Learning in a Random World", 2005), which hold
    for any network. Classes with too few videos for a quantile of their own
    share that of their videos together; if these are too few as well, all
    classes have that of all videos. That of all videos would not do for rare
    classes alone: their energies may be lower than those of the others, whose
    own thresholds leave no room for more false alarms.

    Args:
        energies (np.ndarray): Of videos that the network was not trained
            with, [n].
        predicted (np.ndarray): What it takes them for, [n].
        num_classes (int): How many classes there are.
        false_alarms (float): The share of videos of the classes that may be
            called unknown, in (0, 1).

    Returns:
        np.ndarray: Thresholds, [num_classes]. Where every video is of a class
        with a threshold of its own, the classes without videos have that of
        all.

    Raises:
        StNetInputError: If even all videos are too few.
    """
    needed = fewest_videos(false_alarms)
    if len(energies) < needed:
        raise StNetInputError(
            f'{len(energies)} videos are too few to know what {false_alarms:g}'
            f' of them are: give {needed} or more, or a higher rate of false '
            'alarms'
        )
    thresholds = np.full(num_classes, _quantile(energies, false_alarms))
    common = np.bincount(predicted, minlength=num_classes) >= needed
    rare = energies[~common[predicted]]
    if 0 < len(rare) < needed:
        return thresholds
    if len(rare):
        thresholds[~common] = _quantile(rare, false_alarms)
    for label in np.flatnonzero(common):
        own = energies[predicted == label]
        thresholds[label] = _quantile(own, false_alarms)
    return thresholds


def fewest_videos(false_alarms: float) -> int:
    """How many videos a threshold needs.

    Args:
        false_alarms (float): The wished share of false alarms, in (0, 1).

    Returns:
        int: So many that one more would be as rare as that.
    """
    return max(1, math.ceil(1 / false_alarms - 1e-9) - 1)


def _quantile(energies: np.ndarray, false_alarms: float) -> float:
    """The energy below which a further video is that rarely."""
    rank = math.floor((len(energies) + 1) * false_alarms + 1e-9)
    return float(np.sort(energies)[rank - 1])


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """How well a score tells two kinds of videos apart.

    Args:
        inside (np.ndarray): Scores of videos of the classes.
        outside (np.ndarray): Scores of others.

    Returns:
        float: The chance that one of the first has a higher score than one of
        the second, the area under the receiver operating characteristic.
    """
    higher = (inside[:, None] > outside).mean()
    return float(higher + (inside[:, None] == outside).mean() / 2)
