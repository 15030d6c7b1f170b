"""A clip of a data set, and what reading a data set finds."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .notes import Note

SPLITS = ('train', 'val', 'test')
# What data sets and people call them.
_SPLIT_NAMES = {
    **dict.fromkeys(('train', 'training'), 'train'),
    **dict.fromkeys(('val', 'valid', 'validate', 'validation', 'dev'), 'val'),
    **dict.fromkeys(('test', 'testing', 'eval', 'evaluation'), 'test'),
}


class Clip(NamedTuple):
    """A video file or folder of frames, with its class.

    Attributes:
        path (str): Its path with ``/``, relative to the root of the data
            set; absolute if it is outside of the root.
        label (str): Name of its class.
        split (str, optional): ``'train'``, ``'val'`` or ``'test'`` where the
            data set says so. Defaults to None.
        group (str, optional): What its group has in common, such as the
            subject, camera or source video. Defaults to None.
    """

    path: str
    label: str
    split: str | None = None
    group: str | None = None


class FoundClips(NamedTuple):
    """The clips of a data set.

    Attributes:
        root (Path): The folder that their paths are relative to.
        clips (list[Clip]): The clips.
        classes (list[str]): Names of all classes, in the order of labels.
        notes (list[Note]): What was left out, and why.
    """

    root: Path
    clips: list[Clip]
    classes: list[str]
    notes: list[Note]


def split_named(name: str) -> str | None:
    """The split that goes by a name.

    Args:
        name (str): Such as ``'Validation'``.

    Returns:
        str | None: ``'train'``, ``'val'`` or ``'test'``; None if it is the
        name of none.
    """
    return _SPLIT_NAMES.get(name.strip().lower())
