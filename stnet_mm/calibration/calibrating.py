"""Calibrating a network by what it says of videos."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from ..models.scores import energy_score
from .calibration import Calibration
from .open_set import energy_thresholds
from .temperature import fit_temperature


def calibrate(
    logits: Tensor, labels: Tensor, false_alarms: float
) -> Calibration:
    """Choose a temperature and thresholds.

    Args:
        logits (Tensor): Of the views of videos that the network was not
            trained with, [n, V, classes].
        labels (Tensor): Their classes, [n].
        false_alarms (float): The share of videos of the classes that may be
            called unknown, in (0, 1).

    Returns:
        Calibration: Both.

    Raises:
        StNetInputError: If there are too few videos for such a share.
    """
    temperature = fit_temperature(logits, labels)
    scaled = logits / temperature
    thresholds = energy_thresholds(
        energy_score(scaled).numpy(),
        mean_probabilities(scaled).argmax(axis=1),
        logits.shape[2],
        false_alarms,
    )
    return Calibration(
        temperature, tuple(thresholds.tolist()), false_alarms, len(labels)
    )


def mean_probabilities(logits: Tensor) -> np.ndarray:
    """Probabilities of videos, averaged over their views.

    Args:
        logits (Tensor): [n, V, classes].

    Returns:
        np.ndarray: [n, classes].
    """
    return logits.softmax(dim=-1).mean(dim=1).numpy()
