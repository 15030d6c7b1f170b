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
    check_outside,
    find_format,
    name_groups,
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


def read_sources(options: FitOptions, out: Path) -> FoundClips:
    """Read which clips there are, and check that they can be split.

    Args:
        options (FitOptions): What to train on.
        out (Path): The fit's folder, which may not be among them.

    Returns:
        FoundClips: The clips, to train and to test on.

    Raises:
        StNetInputError: If they cannot be used.
    """
    sources = [s for s in (options.source, options.val) if s is not None]
    folders = [s for s in sources if find_format(s) == 'folder']
    for folder in folders:
        check_outside(out, folder)
    if folders == sources:
        _refuse_options_of_lists(options)
    found = _read(options.source, options)
    if options.val is not None:
        val = _read(options.val, options)
        found = found._replace(
            clips=_join(found, val), notes=found.notes + val.notes
        )
    _check_splits(found.clips, options.source)
    split_clips(found.clips, seed=options.seed)
    return found


def prepare_lists(
    found: FoundClips, options: FitOptions, folder: FitFolder
) -> FitClips:
    """Open each clip, split them, and write the lists.

    Args:
        found (FoundClips): The clips, of ``read_sources``.
        options (FitOptions): What to train on.
        folder (FitFolder): The fit's folder.

    Returns:
        FitClips: The clips.

    Raises:
        StNetInputError: If clips cannot be used, there are none to train or
            to test on, or they are others than when the fit began.
    """
    check = check_clips(
        found.clips, found.root, MIN_FRAMES, folder.root / 'clip_check.jsonl'
    )
    clips = check.keep(found.clips)
    _check_splits(clips, options.source)
    notes = found.notes + check.notes()
    splits = split_clips(clips, seed=options.seed, contents=check.contents)
    keep_lists(folder, splits, found.classes, check.contents)
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


def _refuse_options_of_lists(options: FitOptions) -> None:
    for name in ('videos', 'labels'):
        if getattr(options, name) is not None:
            raise StNetInputError(
                f'--{name} is for lists of clips, but {options.source} is a '
                'folder of them: leave it out'
            )


def _read(source: str, options: FitOptions) -> FoundClips:
    name = find_format(source)
    given = dict(videos=options.videos, labels=options.labels)
    if name == 'folder':
        given = {}
    found = read_clips(source, name, **given)
    if options.group_by is None:
        return found
    # Here, as paths to test on become absolute, and other parts of them may
    # fit the pattern.
    return found._replace(clips=name_groups(found.clips, options.group_by))


def _join(found: FoundClips, val: FoundClips) -> list[Clip]:
    """Clips to train on, and others to test on, relative to one root."""
    train = [clip._replace(split='train') for clip in found.clips]
    root = os.path.abspath(val.root)
    test = [
        clip._replace(path=Path(root, clip.path).as_posix(), split='test')
        for clip in val.clips
    ]
    return train + test


def _check_splits(clips: Sequence[Clip], source: str) -> None:
    """Check that there are clips to train and to test on, if splits are given.

    Others are split so that there are, of every class.
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
    trained = {clip.label for clip in clips if clip.split == 'train'}
    for clip in clips:
        if clip.label not in trained:
            raise StNetInputError(
                f'{source}: the class {clip.label!r} has clips to test on, '
                f'such as {clip.path}, but no usable one to train on: add '
                'some, or remove the class'
            )
