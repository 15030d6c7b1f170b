"""What can be said of a test beyond its accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from mmaction.evaluation import top_k_accuracy

from ..models.segment_head import clamp_topk
from .class_accuracy import class_accuracy

BINS = 15
# A matrix of more would not fit into memory, a page or a picture.
MAX_MATRIX = 1000


class Confusion(NamedTuple):
    """Videos of one class that were taken for another.

    Attributes:
        truth (int): The class.
        predicted (int): The other class.
        videos (int): How many.
        share (float): Of the videos of the class, in [0, 1].
    """

    truth: int
    predicted: int
    videos: int
    share: float


class Reliability(NamedTuple):
    """Whether videos predicted with a confidence are as often right.

    Attributes:
        counts (np.ndarray): Videos in each of 15 equal bins of confidence.
        confidence (np.ndarray): Their mean confidence; NaN of an empty bin.
        accuracy (np.ndarray): How many of them are right, in [0, 1].
        error (float): Expected calibration error, the mean difference of the
            two over the videos.
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    error: float

    def to_dict(self) -> dict:
        """All of it as plain data, for a JSON file."""
        return dict(
            expected_error=self.error,
            bins=[
                dict(
                    videos=int(count),
                    confidence=float(confidence),
                    accuracy=float(accuracy),
                )
                if count
                else dict(videos=0)
                for count, confidence, accuracy in zip(*self[:3])
            ],
        )


@dataclass(frozen=True)
class Report:
    """The predictions of a test.

    Attributes:
        scores (np.ndarray): Of each video, [V, C].
        labels (np.ndarray): The true classes, [V].
        files (Sequence[str]): The videos, V of them.
        classes (Sequence[str]): Names of the classes, C of them.
        probable (bool): Whether the scores are probabilities; else they are
            logits. Defaults to True.
    """

    scores: np.ndarray
    labels: np.ndarray
    files: Sequence[str]
    classes: Sequence[str]
    probable: bool = True

    @cached_property
    def predictions(self) -> np.ndarray:
        """The class of the highest score of each video, [V]."""
        return self.scores.argmax(axis=1)

    @cached_property
    def confidences(self) -> np.ndarray:
        """Its score, [V]."""
        return self.scores.max(axis=1)

    @cached_property
    def right(self) -> np.ndarray:
        """Whether it is the true one, [V]."""
        return self.predictions == self.labels

    @cached_property
    def top_k(self) -> dict[int, float]:
        """Top-1 and top-5 accuracy; top-4 of four classes, and so on."""
        ks = clamp_topk((1, 5), len(self.classes))
        found = top_k_accuracy(list(self.scores), list(self.labels), ks)
        return {k: float(value) for k, value in zip(ks, found)}

    @cached_property
    def mean_class(self) -> float:
        """Mean of the accuracies of the classes that there are videos of."""
        return float(np.nanmean(self.class_accuracy))

    @cached_property
    def confusion(self) -> np.ndarray | None:
        """Videos by true (row) and predicted (column) class, [C, C].

        None if there are more than 1,000 classes.
        """
        count = len(self.classes)
        if count > MAX_MATRIX:
            return None
        pairs = self.labels * count + self.predictions
        # [C*C] -> [C, C]
        return np.bincount(pairs, minlength=count**2).reshape(count, count)

    @cached_property
    def class_videos(self) -> np.ndarray:
        """How many videos each class has, [C]."""
        return np.bincount(self.labels, minlength=len(self.classes))

    @cached_property
    def class_accuracy(self) -> np.ndarray:
        """Accuracy of each class, [C]; NaN of one without videos."""
        return class_accuracy(self.predictions, self.labels, len(self.classes))

    def confusions(self, count: int) -> list[Confusion]:
        """The pairs of classes that are confused most often.

        Args:
            count (int): How many at most.

        Returns:
            list[Confusion]: The pairs, the most frequent first.
        """
        wrong = ~self.right
        pairs, videos = np.unique(
            np.stack([self.labels[wrong], self.predictions[wrong]]),
            axis=1,
            return_counts=True,
        )
        order = np.argsort(-videos, kind='stable')[:count]
        return [
            Confusion(
                int(truth),
                int(predicted),
                int(number),
                float(number / self.class_videos[truth]),
            )
            for (truth, predicted), number in zip(
                pairs.T[order], videos[order]
            )
        ]

    @cached_property
    def calibration(self) -> Reliability | None:
        """Confidence against accuracy (Guo et al., ICML 2017).

        None if the scores are no probabilities.
        """
        if not self.probable:
            return None
        bins = np.minimum((self.confidences * BINS).astype(int), BINS - 1)
        counts = np.bincount(bins, minlength=BINS)
        confidence, accuracy = (
            np.where(
                counts > 0,
                np.bincount(bins, values, BINS) / np.maximum(counts, 1),
                np.nan,
            )
            for values in (self.confidences, self.right.astype(float))
        )
        gaps = np.nan_to_num(np.abs(confidence - accuracy))
        error = float((gaps * counts).sum() / len(self.labels))
        return Reliability(counts, confidence, accuracy, error)

    def worst(self, count: int) -> list[int]:
        """The mistakes of the highest confidence.

        Args:
            count (int): How many at most.

        Returns:
            list[int]: Numbers of the videos, the worst first.
        """
        (wrong,) = np.nonzero(~self.right)
        order = np.argsort(-self.confidences[wrong], kind='stable')
        return wrong[order][:count].tolist()

    def to_dict(self) -> dict:
        """All of it as plain data, for a JSON file."""
        calibration, matrix = self.calibration, self.confusion
        score_name = 'confidence' if self.probable else 'score'
        return dict(
            videos=len(self.labels),
            top_k_accuracy={str(k): v for k, v in self.top_k.items()},
            mean_class_accuracy=self.mean_class,
            calibration=None if calibration is None else calibration.to_dict(),
            classes=[
                dict(
                    name=name,
                    videos=int(videos),
                    accuracy=float(accuracy) if videos else None,
                )
                for name, videos, accuracy in zip(
                    self.classes, self.class_videos, self.class_accuracy
                )
            ],
            confusion=None if matrix is None else matrix.tolist(),
            predictions=[
                {
                    'file': file,
                    'label': int(label),
                    'predicted': int(predicted),
                    score_name: float(confidence),
                }
                for file, label, predicted, confidence in zip(
                    self.files,
                    self.labels,
                    self.predictions,
                    self.confidences,
                )
            ],
        )
