"""Accuracy of each class."""

from __future__ import annotations

import numpy as np


def class_accuracy(
    predictions: np.ndarray, labels: np.ndarray, num_classes: int
) -> np.ndarray:
    """Share of the videos of each class that are predicted right.

    Args:
        predictions (np.ndarray): Predicted class of each video, [V].
        labels (np.ndarray): Its true class, [V].
        num_classes (int): Number of classes C.

    Returns:
        np.ndarray: In [0, 1], [C]; NaN of a class without videos.
    """
    totals = np.bincount(labels, minlength=num_classes)
    right = np.bincount(labels[predictions == labels], minlength=len(totals))
    return np.where(totals > 0, right / np.maximum(totals, 1), np.nan)
