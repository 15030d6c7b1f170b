"""What can be said of a test where videos have several labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

THRESHOLD = 0.5


class LabelFigures(NamedTuple):
    """How well one label is told.

    Attributes:
        name (str): The label.
        videos (int): How many have it.
        average_precision (float): Area below its curve of precision over
            recall, in [0, 1]; NaN, as all below, if no video has it.
        precision (float): How many of the videos that get it at a
            probability of 0.5 have it; 0 if none gets it.
        recall (float): How many of those that have it get it.
        f1 (float): Harmonic mean of the two.
        best_threshold (float): The probability at which this is highest.
        best_f1 (float): What it is there.
    """

    name: str
    videos: int
    average_precision: float
    precision: float
    recall: float
    f1: float
    best_threshold: float
    best_f1: float


@dataclass(frozen=True)
class MultiLabelReport:
    """The predictions of a test.

    Attributes:
        scores (np.ndarray): Probability of each label in each video, [V, C].
        labels (np.ndarray): Which it has, [V, C] of zeros and ones.
        files (Sequence[str]): The videos, V of them.
        classes (Sequence[str]): Names of the labels, C of them.
    """

    scores: np.ndarray
    labels: np.ndarray
    files: Sequence[str]
    classes: Sequence[str]

    @cached_property
    def figures(self) -> list[LabelFigures]:
        """How well each label is told, C of them."""
        return [
            _figures(name, self.scores[:, i], self.labels[:, i] > 0)
            for i, name in enumerate(self.classes)
        ]

    @property
    def mean_average_precision(self) -> float:
        """Mean over the labels that a video has; NaN if there is none."""
        found = [f.average_precision for f in self.figures if f.videos]
        return float(np.mean(found)) if found else float('nan')

    @property
    def exact_match(self) -> float:
        """How many videos get what they have and nothing else, in [0, 1]."""
        same = (self.scores >= THRESHOLD) == (self.labels > 0)
        return float(same.all(axis=1).mean())

    def to_dict(self) -> dict:
        """All of it as plain data, for a JSON file."""
        return dict(
            videos=len(self.files),
            mean_average_precision=_plain(self.mean_average_precision),
            threshold=THRESHOLD,
            exact_match=self.exact_match,
            labels=[
                {key: _plain(value) for key, value in f._asdict().items()}
                for f in self.figures
            ],
            predictions=[
                dict(
                    file=file,
                    labels=np.flatnonzero(labels).tolist(),
                    probabilities=[float(score) for score in scores],
                )
                for file, labels, scores in zip(
                    self.files, self.labels, self.scores
                )
            ],
        )


def _plain(value: object) -> object:
    """JSON has no NaN."""
    return None if isinstance(value, float) and np.isnan(value) else value


def _figures(name: str, scores: np.ndarray, truth: np.ndarray) -> LabelFigures:
    count = int(truth.sum())
    if not count:
        return LabelFigures(name, 0, *[float('nan')] * 6)
    order = np.argsort(-scores, kind='stable')
    hits = np.cumsum(truth[order])
    # Videos of the same score get a label together.
    ends = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    hits, taken = hits[ends], ends + 1
    precision, recall = hits / taken, hits / count
    f1 = 2 * hits / (taken + count)
    best = int(f1.argmax())
    at = int((scores[order][ends] >= THRESHOLD).sum()) - 1
    return LabelFigures(
        name,
        count,
        float((np.diff(recall, prepend=0) * precision).sum()),
        float(precision[at]) if at >= 0 else 0.0,
        float(recall[at]) if at >= 0 else 0.0,
        float(f1[at]) if at >= 0 else 0.0,
        float(scores[order][ends][best]),
        float(f1[best]),
    )
