"""The clips of a fit: read, checked, split and listed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..datasets.annotations import (
    Clip,
    FoundClips,
    check_clips,
    find_format,
    read_clips,
    split_clips,
    summarize,
    write_notes,
)
from ..errors import StNetInputError
from .folder import FitFolder
from .lists import keep_lists
from .options import FitOptions

# A frame for each of the recipe's segments.
MIN_FRAMES = 7


class FitClips(NamedTuple):
    """The clips that are listed in a fit's folder.

    Attributes:
        root (Path): The folder that their paths are relative to.
        classes (list[str]): Names of the classes.
        splits (dict[str, list[Clip]]): Clips to train, validate and test on.
        frames (int): Frames of all of them.
    """

    root: Path
    classes: list[str]
    splits: dict[str, list[Clip]]
    frames: int


def prepare_lists(options: FitOptions, folder: FitFolder) -> FitClips:
    """Read the clips, open each, split them, and write the lists.

    Args:
        options (FitOptions): What to train on.
        folder (FitFolder): The fit's folder.

    Returns:
        FitClips: The clips.

    Raises:
        StNetInputError: If clips cannot be used, there are none to train or
            to test on, or they are others than when the fit began.
    """
    found = _read(options.source, options)
    clips, notes = found.clips, found.notes
    if options.val is not None:
        val = _read(options.val, options)
        clips = _join(found, val, options)
        notes = notes + val.notes
    _check_splits(clips, options.source)
    check = check_clips(
        clips, found.root, MIN_FRAMES, folder.root / 'clip_check.jsonl'
    )
    clips = check.keep(clips)
    _check_splits(clips, options.source)
    notes = notes + check.notes()
    splits = split_clips(
        clips,
        seed=options.seed,
        group_by=options.group_by,
        contents=check.contents,
    )
    keep_lists(folder, splits, found.classes)
    write_notes(folder.lists / 'clip_notes.txt', notes)
    print(summarize(splits, found.classes))
    for note in notes:
        print(note)
    return FitClips(
        found.root.resolve(),
        found.classes,
        splits,
        sum(check.frames[clip.path] for clip in clips),
    )


def _read(source: str, options: FitOptions) -> FoundClips:
    name = find_format(source)
    given = dict(videos=options.videos, labels=options.labels)
    if name == 'folder':
        given = {}
    return read_clips(source, name, **given)


def _join(
    found: FoundClips, val: FoundClips, options: FitOptions
) -> list[Clip]:
    """Clips to train on, and others to test on, relative to one root."""
    unknown = sorted({clip.label for clip in val.clips} - {*found.classes})
    if unknown:
        raise StNetInputError(
            f'{options.val} has the class {unknown[0]!r}, which '
            f'{options.source} has not: there must be clips to train on'
        )
    train = [clip._replace(split='train') for clip in found.clips]
    root = os.path.abspath(val.root)
    test = [
        clip._replace(path=Path(root, clip.path).as_posix(), split='test')
        for clip in val.clips
    ]
    return train + test


def _check_splits(clips: Sequence[Clip], source: str) -> None:
    """Check that there are clips to train and to test on, if splits are given.

    Others are split so that there are.
    """
    given = {clip.split for clip in clips}
    if None in given:
        return
    if 'train' not in given:
        others = ' and '.join(sorted(map(str, given)))
        raise StNetInputError(
            f'{source}: there are no usable clips of the split train, only of '
            f'{others}: add some, or take the splits away, and the clips are '
            'split by chance'
        )
    if given == {'train'}:
        raise StNetInputError(
            f'{source}: all usable clips are of the split train: mark some to '
            'test on as val or test, give others by --val, or take the splits '
            'away, and the clips are split by chance'
        )
