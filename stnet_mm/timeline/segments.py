"""From scores of windows to segments of classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import StNetInputError
from .windows import Timeline


class Segment(NamedTuple):
    """A part of a video that shows a class.

    Attributes:
        start (float): When it begins in seconds.
        end (float): When it ends.
        label (str): Name of the class.
        score (float): Mean score of the class in it.
    """

    start: float
    end: float
    label: str
    score: float


def find_segments(
    timeline: Timeline,
    high: float = 0.5,
    low: float = 0.3,
    shortest: float = 0.0,
) -> list[Segment]:
    """Find the parts of a video that show a class.

    The score of a class at a time is the mean of those windows that hold it,
    0 of unknown ones. A segment lasts while it is ``low`` or more, if it is
    ``high`` or more somewhere in it.

    Args:
        timeline (Timeline): Scores of windows.
        high (float): From this score on a class begins. Defaults to 0.5.
        low (float): Below this score it ends. Defaults to 0.3.
        shortest (float): Seconds that a segment lasts at least. Defaults to
            0.

    Returns:
        list[Segment]: The segments, by their start.

    Raises:
        StNetInputError: If ``low`` is above ``high``.
    """
    if low > high:
        raise StNetInputError(
            f'segments that begin at {high:g} cannot end at {low:g}: give a '
            'low score that is no higher'
        )
    edges, scores = scores_over_time(timeline)
    found = []
    for label, name in enumerate(timeline.classes):
        over = np.concatenate([[False], scores[:, label] >= low, [False]])
        # Where it begins and ends to be low or more.
        (changes,) = np.nonzero(over[1:] != over[:-1])
        for a, b in zip(changes[::2], changes[1::2]):
            part = scores[a:b, label]
            start, end = float(edges[a]), float(edges[b])
            if part.max() >= high and end - start >= shortest:
                weights = np.diff(edges[a : b + 1])
                mean = float(np.average(part, weights=weights))
                found.append(Segment(start, end, name, mean))
    return sorted(found)


def scores_over_time(timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
    """Average the windows that hold a time.

    Args:
        timeline (Timeline): Scores of windows.

    Returns:
        tuple[np.ndarray, np.ndarray]: Times at which windows begin or end,
        [K + 1], and scores between them, [K, classes].
    """
    edges = np.unique(np.concatenate([timeline.starts, timeline.ends]))
    scores = np.where(timeline.unknown[:, None], 0, timeline.scores)
    middle = (edges[:-1] + edges[1:]) / 2
    # [K, W]: windows are in order, so that those of a time are neighbors.
    first = np.searchsorted(timeline.ends, middle)
    last = np.searchsorted(timeline.starts, middle)
    # The sums of a day's windows have no room in 32 bits.
    sums = scores.cumsum(axis=0, dtype=np.float64)
    sums = np.concatenate([np.zeros_like(sums[:1]), sums])
    count = np.maximum(last - first, 1)[:, None]
    return edges, (sums[last] - sums[first]) / count
