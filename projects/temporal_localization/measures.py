"""How well a timeline agrees with the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from mmaction.evaluation.functional import average_precision_at_temporal_iou

from stnet_mm.timeline import Segment, Timeline
from stnet_mm.timeline.segments import scores_over_time

from .joining import Part


def mean_average_precision(
    found: Mapping[str, Sequence[Segment]],
    truth: Mapping[str, Sequence[Part]],
    ious: Sequence[float],
) -> list[float]:
    """The measure of ActivityNet, as MMAction2 computes it.

    Of each class in the truth: the segments of all videos by falling score;
    one is right if it overlaps a part of the class that none before it took.
    The area below the interpolated curve of precision over recall is the
    average precision, and the mean is over the classes.

    Args:
        found (Mapping[str, Sequence[Segment]]): Segments of each video.
        truth (Mapping[str, Sequence[Part]]): Its true parts.
        ious (Sequence[float]): What their overlap must be at least:
            intersection by union.

    Returns:
        list[float]: For each of ``ious``, from 0 to 1.
    """
    labels = sorted({part.label for parts in truth.values() for part in parts})
    values = []
    for label in labels:
        segments = [
            # Columns as MMAction2 has them; it does not use the second.
            (video, label, segment.start, segment.end, segment.score)
            for video in found
            for segment in found[video]
            if segment.label == label
        ]
        spans = {
            video: np.array([part[:2] for part in parts if part[2] == label])
            for video, parts in truth.items()
            if any(part.label == label for part in parts)
        }
        values.append(average_precision_at_temporal_iou(spans, segments, ious))
    return [float(value) for value in np.mean(values, axis=0)]


def frame_accuracy(
    timeline: Timeline, parts: Sequence[Part], fps: float
) -> tuple[int, int]:
    """Frames whose best class is the true one.

    Args:
        timeline (Timeline): Scores of windows; frames of none are wrong.
        parts (Sequence[Part]): The true parts.
        fps (float): Frames per second.

    Returns:
        tuple[int, int]: How many are right, and how many there are.
    """
    edges, scores = scores_over_time(timeline)
    best = scores.argmax(axis=1)
    right = total = 0
    for part in parts:
        times = np.arange(round(part.start * fps), round(part.end * fps))
        places = np.searchsorted(edges, (times + 0.5) / fps) - 1
        inside = (places >= 0) & (places < len(best))
        label = timeline.classes.index(part.label)
        right += int((best[places[inside]] == label).sum())
        total += len(times)
    return right, total
