"""Classifying videos of several sizes together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Union

from ..errors import StNetInputError
from ..models import StNetRecognizer
from .archive_reading import Read
from .inference import Prediction, VideoClassifier

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
    said: dict[int, Said] = {}
    groups: dict[object, dict[int, dict]] = defaultdict(dict)
    for place, sample in enumerate(batch):
        if isinstance(sample, StNetInputError):
            said[place] = sample
        else:
            groups[_kind(classify, sample, place)][place] = sample
    for group in groups.values():
        said.update(zip(group, _classify_alike(classify, [*group.values()])))
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


def _classify_alike(
    classify: VideoClassifier, samples: Sequence[dict]
) -> list[Said]:
    try:
        return [*map(classify.judge, classify.logits_of(samples))]
    except StNetInputError as error:
        if len(samples) == 1:
            return [error]
    # The others are not to blame.
    return [
        said
        for sample in samples
        for said in _classify_alike(classify, [sample])
    ]
