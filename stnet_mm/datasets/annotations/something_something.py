"""The official lists of Something-Something, versions 1 and 2."""

from __future__ import annotations

from pathlib import Path

from ...errors import StNetInputError
from .clip import Clip, FoundClips
from .numbered_lists import (
    SPLIT_NAMES,
    find_list,
    find_numbered,
    read_csv_classes,
    read_csv_lists,
)
from .text_file import read_json


def is_something_something(source: Path) -> bool:
    """Whether a folder holds lists of Something-Something.

    Args:
        source (Path): The folder.

    Returns:
        bool: Whether it does.
    """
    return any(source.glob('*something*labels.csv')) or _is_version_2(source)


def read_something_something(
    source: str | Path, videos: str | Path | None = None
) -> FoundClips:
    """Read the lists of Something-Something.

    Args:
        source (str | Path): The folder of the lists of labels, training and
            validation: ``*labels.csv``, ``*train.csv`` and
            ``*validation.csv`` of version 1, the same in ``.json`` of
            version 2. A test list has no labels, and is noted.
        videos (str | Path, optional): The folder of the clips: of version 1
            folders of frames, of version 2 ``78687.webm``. Defaults to None,
            ``source``.

    Returns:
        FoundClips: The clips that are on the disk; classes in the official
        order.

    Raises:
        StNetInputError: If a list is missing or damaged, or none of the
            clips is on the disk.
    """
    source = Path(source)
    root = Path(videos) if videos is not None else source
    if _is_version_2(source):
        classes = _read_classes(find_list(source, 'labels.json'))
        listed = _read_lists(source)
    else:
        classes = read_csv_classes(source)
        listed = read_csv_lists(source)
    return find_numbered(source, root, listed, classes)


def _is_version_2(source: Path) -> bool:
    return all(
        any(source.glob(f'*{name}.json'))
        for name in ('labels', *SPLIT_NAMES.values())
    )


def _read_classes(path: Path) -> list[str]:
    """From ``{"Approaching something with your camera": "0", ...}``."""
    labels = read_json(path)
    try:
        numbers = {int(labels[name]): name for name in labels}
        return [numbers[i] for i in range(len(labels))]
    except (KeyError, TypeError, ValueError) as error:
        raise StNetInputError(
            f'{path} does not number the classes from 0: download it anew'
        ) from error


def _read_lists(source: Path) -> list[Clip]:
    clips = []
    for split, name in SPLIT_NAMES.items():
        path = find_list(source, f'{name}.json')
        entries = read_json(path)
        try:
            for entry in entries:
                # "Holding [something]" is the class "Holding something".
                label = entry['template'].replace('[', '').replace(']', '')
                clips.append(Clip(str(entry['id']), label, split))
        except (KeyError, TypeError, AttributeError) as error:
            raise StNetInputError(
                f'{path}: not a list of clips with an id and a template '
                'each: download it anew'
            ) from error
    return clips
