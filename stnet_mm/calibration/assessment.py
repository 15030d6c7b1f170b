"""What a calibration is worth, on videos that it was not made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from stnet_runtime.open_set import is_unknown

from ..evaluation import Report
from ..models.scores import energy_score
from .calibrating import calibrate, mean_probabilities
from .calibration import Calibration
from .open_set import auroc, fewest_videos

# Each video is looked at once, when its part of so many is left out.
FOLDS = 5


@dataclass(frozen=True)
class Assessment:
    """Figures of videos of the classes, and of others.

    Attributes:
        error_before (float): Expected calibration error of the network.
        error_after (float): The same, calibrated.
        alarms (float): Share of the videos of the classes that are called
            unknown.
        found (float): Share of the others that are; NaN if there are none.
        auroc_before (float): How well the energy score of the network tells
            them apart; NaN if there are no others.
        auroc_after (float): The same, calibrated.
    """

    error_before: float
    error_after: float
    alarms: float
    found: float
    auroc_before: float
    auroc_after: float


def assess(
    logits: Tensor,
    labels: Tensor,
    false_alarms: float,
    outside: Tensor | None = None,
) -> Assessment | None:
    """Calibrate with a part of the videos, and look at the others.

    Args:
        logits (Tensor): Of the views of videos, [n, V, classes].
        labels (Tensor): Their classes, [n].
        false_alarms (float): As of ``calibrate``.
        outside (Tensor, optional): Logits of videos of no class,
            [m, V, classes]. Defaults to None.

    Returns:
        Assessment | None: What is found; None if there are too few videos to
        leave some out.
    """
    videos = len(labels)
    kept = videos - -(-videos // FOLDS)
    if kept < fewest_videos(false_alarms):
        return None
    parts = np.random.default_rng(0).permutation(videos) % FOLDS
    after = np.empty((videos, logits.shape[2]))
    alarms = np.empty(videos, bool)
    found, areas = [], []
    for part in range(FOLDS):
        out = parts == part
        made = calibrate(logits[~out], labels[~out], false_alarms)
        scaled = logits[out] / made.temperature
        after[out] = mean_probabilities(scaled)
        alarms[out] = find_unknown(logits[out], made)
        if outside is not None:
            found.append(find_unknown(outside, made).mean())
            areas.append(
                _auroc(logits / made.temperature, outside / made.temperature)
            )
    before = mean_probabilities(logits)
    return Assessment(
        _calibration_error(before, labels),
        _calibration_error(after, labels),
        float(alarms.mean()),
        _mean(found),
        np.nan if outside is None else _auroc(logits, outside),
        _mean(areas),
    )


def find_unknown(logits: Tensor, made: Calibration) -> np.ndarray:
    """Find the videos that a calibration calls unknown.

    Args:
        logits (Tensor): Of the views of videos, [n, V, classes].
        made (Calibration): The calibration.

    Returns:
        np.ndarray: Whether each is, [n] bool.
    """
    scaled = logits / made.temperature
    energies = energy_score(scaled).numpy()
    return np.array(
        [
            is_unknown(scores, energy, made.thresholds)
            for scores, energy in zip(mean_probabilities(scaled), energies)
        ]
    )


def _auroc(inside: Tensor, outside: Tensor) -> float:
    return auroc(energy_score(inside).numpy(), energy_score(outside).numpy())


def _calibration_error(scores: np.ndarray, labels: Tensor) -> float:
    report = Report(scores, labels.numpy(), (), ())
    assert report.calibration is not None
    return report.calibration.error


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float('nan')
