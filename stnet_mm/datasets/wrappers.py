"""Data sets inside of MMEngine's wrappers: joined, repeated, balanced."""

from __future__ import annotations

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


def find_dataset(settings: dict) -> dict:
    """Find the config of a data set inside of wrappers.

    Args:
        settings (dict): The config of a data set, or of a wrapper of one or
            several with the same pipeline.

    Returns:
        dict: The config inside; of several, the first.

    Raises:
        StNetInputError: If there is none with a pipeline, or there are
            several pipelines.
    """
    found = inner_configs(settings)
    if not found:
        raise StNetInputError(
            f'the data set {settings.get("type")} has no pipeline: give it one'
        )
    if any(inner['pipeline'] != found[0]['pipeline'] for inner in found):
        raise StNetInputError(
            f'the data sets inside of {settings.get("type")} differ in their '
            'pipelines: for a single video there must be one'
        )
    return found[0]


def inner_configs(settings: dict) -> list[dict]:
    """Find the configs of the data sets inside of wrappers.

    Args:
        settings (dict): The config of a data set, or of a wrapper of one or
            several.

    Returns:
        list[dict]: Those that have a pipeline.
    """
    if 'pipeline' in settings:
        return [settings]
    inside = settings.get('datasets', [settings.get('dataset')])
    return [inner for part in inside if part for inner in inner_configs(part)]
