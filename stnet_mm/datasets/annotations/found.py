"""What every reader makes sure of."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ...errors import StNetInputError
from .clip import Clip, FoundClips
from .notes import make_notes


def make_found(
    root: Path,
    clips: Sequence[Clip],
    left_out: dict[str, list[str]],
    classes: Sequence[str] | None = None,
) -> FoundClips:
    """Put together what a reader found.

    Args:
        root (Path): The folder that paths are relative to.
        clips (Sequence[Clip]): What it found. A clip that is there several
            times is taken once, and noted.
        left_out (dict[str, list[str]]): Files by the reason why they are
            not among the clips; changed in place.
        classes (Sequence[str], optional): Names of all classes, in the order
            of the labels. Defaults to None, the sorted labels of the clips.

    Returns:
        FoundClips: All of it.

    Raises:
        StNetInputError: If there are no clips or fewer than two classes; if
            a clip is in two classes or splits; if its name or that of a
            class cannot stand in a list; or if two classes have one name.
    """
    if not clips:
        raise StNetInputError(f'{root}: no clips found: nothing to list')
    unique: dict[str, Clip] = {}
    for clip in clips:
        other = unique.setdefault(clip.path, clip)
        if other is clip:
            continue
        _check_same(root, other, clip)
        left_out.setdefault('listed again', []).append(clip.path)
    labels = {clip.label for clip in unique.values()}
    if classes is None:
        classes = sorted(labels)
    if len(labels) < 2:
        raise StNetInputError(
            f'{root}: all clips are of the class {labels.pop()!r}: there must '
            'be two classes to tell apart'
        )
    for name in (*classes, *unique):
        check_name(name)
    again = [name for name, n in Counter(classes).items() if n > 1]
    if again:
        raise StNetInputError(
            f'the class {again[0]!r} is listed more than once: name each of '
            'the classes once'
        )
    missing = [name for name in classes if name not in labels]
    notes = make_notes({**left_out, 'classes without clips': missing})
    return FoundClips(root, [*unique.values()], [*classes], notes)


def _check_same(root: Path, one: Clip, other: Clip) -> None:
    for what in ('label', 'split'):
        values = [getattr(clip, what) for clip in (one, other)]
        if values[0] != values[1]:
            what = {'label': 'class'}.get(what, what)
            raise StNetInputError(
                f'{os.path.join(root, one.path)} is in the {what} '
                f'{values[0]!r} and in {values[1]!r}: remove it from one'
            )


def check_name(name: str) -> None:
    """Check that a name can stand in a line of a list.

    Args:
        name (str): Name of a class, or path of a clip.

    Raises:
        StNetInputError: If it cannot, because it is not UTF-8, or because of
            a line break, or a space around it.
    """
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise StNetInputError(
            f'{name!r} is not UTF-8, as lists are: rename it'
        ) from error
    if name != name.strip() or len(name.splitlines()) != 1:
        raise StNetInputError(
            f'{name!r} cannot stand in a line of a list, because of a line '
            'break or a space around it: rename it'
        )
