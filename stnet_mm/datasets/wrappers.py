"""Data sets inside of MMEngine's wrappers: joined, repeated, balanced."""

from __future__ import annotations

from collections.abc import Sequence

from torch.utils.data import Dataset

from ..errors import StNetInputError


def inner_datasets(dataset: Dataset) -> list[Dataset]:
    """The data sets that a data set is made of.

    Args:
        dataset (Dataset): A data set, or a wrapper of one or several.

    Returns:
        list[Dataset]: Those that wrap no other.
    """
    inside = getattr(dataset, 'datasets', None)
    if inside is None and hasattr(dataset, 'dataset'):
        inside = [dataset.dataset]
    if inside is None:
        return [dataset]
    return [found for part in inside for found in inner_datasets(part)]


def pipeline_of(settings: dict) -> Sequence[dict]:
    """The pipeline of a data set's config.

    Args:
        settings (dict): The config, of a wrapper perhaps.

    Returns:
        Sequence[dict]: The pipeline.

    Raises:
        StNetInputError: If there is none, or the data sets inside of a
            wrapper have several.
    """
    found = _pipelines(settings)
    if not found:
        raise StNetInputError(
            f'the data set {settings.get("type")} has no pipeline'
        )
    if any(pipeline != found[0] for pipeline in found):
        raise StNetInputError(
            f'the data sets inside of {settings.get("type")} differ in their '
            'pipelines: for a single video there must be one'
        )
    return found[0]


def _pipelines(settings: dict) -> list[Sequence[dict]]:
    if 'pipeline' in settings:
        return [settings['pipeline']]
    inside = settings.get('datasets', [settings.get('dataset')])
    return [found for part in inside if part for found in _pipelines(part)]
