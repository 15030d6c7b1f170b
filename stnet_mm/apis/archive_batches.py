"""Classifying videos of several sizes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Union

from ..errors import StNetInputError
from ..models import StNetRecognizer
from .archive_reading import Read
from .inference import Prediction, VideoClassifier
from .one_by_one import together_or_one_by_one

# What is said of a video, or why nothing is.
Said = Union[Prediction, StNetInputError]


def classify_batch(
    classify: VideoClassifier, batch: Sequence[Read]
) -> list[Said]:
    """Classify videos, those that fit each other together.

    Args:
        classify (VideoClassifier): The recognizer.
        batch (Sequence[dict | StNetInputError]): What was read of each, or
            why there is nothing.

    Returns:
        list[Prediction | StNetInputError]: What the recognizer says of each,
        or why it says nothing.
    """

    def judge(samples: Sequence[dict]) -> list[Prediction]:
        return [*map(classify.judge, classify.logits_of(samples))]

    said: dict[int, Said] = {}
    groups: dict[object, dict[int, dict]] = defaultdict(dict)
    for place, sample in enumerate(batch):
        if isinstance(sample, StNetInputError):
            said[place] = sample
        else:
            groups[_kind(classify, sample, place)][place] = sample
    for group in groups.values():
        found = together_or_one_by_one(judge, [*group.values()])
        said.update(zip(group, found))
    return [said[place] for place in range(len(batch))]


def _kind(classify: VideoClassifier, sample: dict, place: int) -> object:
    """What videos have in common that can be one batch."""
    model = classify.model
    shape = getattr(sample['inputs'], 'shape', None)
    if shape is None:  # of a network of others
        return f'video {place}'
    cropped = isinstance(model, StNetRecognizer) and model.test_cfg.get(
        'crops'
    )
    return shape[0] if cropped else shape
