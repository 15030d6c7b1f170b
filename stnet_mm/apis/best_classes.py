"""The classes of a video that are worth telling."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor


def best_classes(
    scores: Tensor,
    classes: Sequence[str],
    topk: int | None = None,
    threshold: float | None = None,
) -> list[dict]:
    """Choose classes by their scores.

    Args:
        scores (Tensor): Of the classes, [num_classes].
        classes (Sequence[str]): Their names.
        topk (int, optional): How many to choose at most. Defaults to None: 5,
            or all with a threshold.
        threshold (float, optional): The score that they have at least.
            Defaults to None, any.

    Returns:
        list[dict]: ``label``, ``name`` and ``score`` of each, the best first.
    """
    most = len(scores) if threshold is not None else 5
    top = scores.topk(min(topk or most, len(scores)))
    return [
        dict(label=label, name=classes[label], score=score)
        for score, label in zip(top.values.tolist(), top.indices.tolist())
        if threshold is None or score >= threshold
    ]
