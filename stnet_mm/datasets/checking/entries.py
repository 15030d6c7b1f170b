"""The videos to check: lines of a list, or the files of a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...errors import StNetInputError
from ..annotations.media import find_media
from ..annotations.text_file import read_lines

_DELIMITERS = re.compile(r'[ \t,;]+')


class Entry(NamedTuple):
    """A video to check.

    Attributes:
        path (str): Its path, relative to the root or absolute.
        labels (tuple[str, ...]): Its labels, as they stand there.
        line (str): The line of the list; of a folder, the path.
        place (str): Where that is, for messages; empty of a folder.
    """

    path: str
    labels: tuple[str, ...]
    line: str
    place: str


def list_entries(source: str | Path, root: str | Path) -> list[Entry]:
    """List the videos of a list or folder.

    The path of a line is the longest beginning of it that is on the disk; if
    none is, all but the last word. So paths may have spaces, and lines none,
    one or several labels.

    Args:
        source (str | Path): An annotation file, or a folder of videos.
        root (str | Path): The folder that paths are relative to; of a
            folder, itself.

    Returns:
        list[Entry]: The videos, in the order of the list.

    Raises:
        StNetInputError: If it is not there, or lists nothing.
        OSError: If it cannot be read.
    """
    source = Path(source)
    if source.is_dir():
        paths = find_media(source, {})
        entries = [Entry(path, (), path, '') for path in paths]
    else:
        entries = [
            _read_line(line, place, root) for place, line in read_lines(source)
        ]
    if not entries:
        raise StNetInputError(f'{source}: there are no videos in it')
    return entries


def _read_line(line: str, place: str, root: str | Path) -> Entry:
    ends = [match.span() for match in _DELIMITERS.finditer(line)]
    for start, end in [(len(line), len(line)), *reversed(ends)]:
        if os.path.exists(os.path.join(root, line[:start])):
            return Entry(line[:start], _labels(line[end:]), line, place)
    start, end = ends[-1] if ends else (len(line), len(line))
    return Entry(line[:start], _labels(line[end:]), line, place)


def _labels(text: str) -> tuple[str, ...]:
    return tuple(_DELIMITERS.split(text)) if text else ()


def label_trouble(
    entries: Sequence[Entry], classes: Sequence[str] | None
) -> dict[int, str]:
    """Find lines whose labels training would stumble on.

    Args:
        entries (Sequence[Entry]): The lines.
        classes (Sequence[str], optional): Names of the classes; None if they
            are not known.

    Returns:
        dict[int, str]: What is wrong, by the number of the entry from 0 on.
    """
    labeled = any(entry.labels for entry in entries)
    first: dict[str, Entry] = {}
    trouble = {}
    for i, entry in enumerate(entries):
        why = _wrong_label(entry, classes, labeled)
        other = first.setdefault(entry.path, entry)
        if not why and other.labels != entry.labels:
            label = ' '.join(other.labels)
            why = f'{other.place} gives it the label {label}'
        if why:
            trouble[i] = f'{entry.place}: {why}' if entry.place else why
    return trouble


def _wrong_label(
    entry: Entry, classes: Sequence[str] | None, labeled: bool
) -> str:
    if labeled and not entry.labels:
        return 'no label, though other lines have one'
    for label in entry.labels:
        if not label.isdecimal():
            return f'the label {label!r} is no whole number'
        if classes is not None and int(label) >= len(classes):
            return f'label {label} is beyond the {len(classes)} classes'
    return ''
