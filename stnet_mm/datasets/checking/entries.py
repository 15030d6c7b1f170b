"""The videos to check: lines of a list, or the files of a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from ...errors import StNetInputError
from ...utils.list_lines import (
    decode_lines,
    find_layout,
    fitting_delimiter,
    split_labeled,
    split_line,
    titled_rows,
)
from ..annotations.media import find_media
from ..annotations.text_file import read_bytes
from ..transforms.frame_folder import VIDEOS
from ..video_list import TIMES

_SEPARATORS = re.compile(r'[\s,;|]+')


class Entry(NamedTuple):
    """A video to check.

    Attributes:
        path (str): Its path, relative to the root or absolute.
        labels (tuple[str, ...]): Its labels, as they stand there.
        line (str): The line of the list; of a folder, the path.
        place (str): Where that is, for messages; empty of a folder.
        part (tuple): Start and end, of a clip that is a part of the video.
    """

    path: str
    labels: tuple[str, ...]
    line: str
    place: str
    part: tuple = ()


def list_entries(
    source: str | Path, root: str | Path, classes: Collection[str] = ()
) -> list[Entry]:
    """List the videos of a list or folder, whatever labels they have.

    A list is read as the data set reads it, but the path of a line without
    titled columns is the longest beginning of it that is on the disk, if any
    is. So lines may have one label, several or none.

    Args:
        source (str | Path): An annotation file, or a folder of videos.
        root (str | Path): The folder that paths are relative to; of a
            folder, itself.
        classes (Collection[str]): Names that labels may be. Defaults to none.

    Returns:
        list[Entry]: The videos, in the order of the list.

    Raises:
        StNetInputError: If it is not there, is a video, lists nothing, or has
            lines that do not fit its header line.
        OSError: If it cannot be read.
    """
    source = Path(source)
    if source.is_dir():
        paths = find_media(source, {})
        entries = [Entry(path, (), path, '') for path in paths]
    elif source.name.lower().endswith(VIDEOS):
        raise StNetInputError(
            f'{source} is a video: give a list of videos, or a folder of them'
        )
    else:
        entries = _list_lines(source, root, frozenset(classes))
    if not entries:
        raise StNetInputError(f'{source}: there are no videos in it')
    return entries


def list_whole_videos(source: str | Path, root: str | Path) -> list[Entry]:
    """List the videos of a list or folder that lists no parts of videos.

    Args:
        source (str | Path): As of ``list_entries``.
        root (str | Path): Likewise.

    Returns:
        list[Entry]: The videos.

    Raises:
        StNetInputError: As of ``list_entries``, or if a part is listed.
    """
    entries = list_entries(source, root)
    for entry in entries:
        if entry.part:
            raise StNetInputError(
                f'{entry.place}: a part of a video: cut parts into files, as '
                'only whole videos are taken here'
            )
    return entries


def header_line(source: str | Path) -> str:
    """The header line of a list.

    Args:
        source (str | Path): An annotation file, or a folder of videos.

    Returns:
        str: The line; empty if there is none.

    Raises:
        StNetInputError: If the file is missing or not UTF-8.
    """
    if Path(source).is_dir():
        return ''
    lines = decode_lines(read_bytes(Path(source)), source)
    titled = find_layout(lines, source).columns is not None
    return next(filter(str.strip, lines)) if titled else ''


def _list_lines(
    source: Path, root: str | Path, classes: frozenset[str]
) -> list[Entry]:
    def is_label(text: str) -> bool:
        return text.isdecimal() or text in classes

    def read_line(line: str, place: str) -> Entry:
        ends = [match.start() for match in _SEPARATORS.finditer(line)]
        for end in (len(line), *reversed(ends)):
            if end and os.path.exists(os.path.join(root, line[:end])):
                labels = _labels(line[end:].strip(' \t,;|'), classes)
                return Entry(line[:end], labels, line, place)
        delimiter = fitting_delimiter(line, is_label) or layout.delimiter
        if line.startswith('"'):
            path, *cells = split_line(line, delimiter)
            return Entry(path, tuple(cells), line, place)
        path, label = split_labeled(line, delimiter, is_label)
        if not layout.labeled or not path:
            return Entry(line, (), line, place)
        return Entry(path, _labels(label, classes), line, place)

    lines = decode_lines(read_bytes(source), source)
    layout = find_layout(lines, source, None, is_label)
    if layout.columns is None:
        numbered = [row for row in enumerate(lines, 1) if row[1].strip()]
        return [read_line(line, f'{source}, line {i}') for i, line in numbered]
    entries = []
    for number, row in titled_rows(lines, layout, source):
        labels = _labels(row.get('label', ''), classes)
        part = tuple((name, row[name]) for name in TIMES if row.get(name))
        place, line = f'{source}, line {number}', lines[number - 1]
        entries.append(Entry(row['path'], labels, line, place, part))
    return entries


def _labels(text: str, classes: frozenset[str]) -> tuple[str, ...]:
    """The labels in a text; a name of a class may have spaces."""
    if text in classes:
        return (text,)
    return tuple(filter(None, _SEPARATORS.split(text)))


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
    names = None if classes is None else frozenset(classes)
    first: dict[tuple, Entry] = {}
    trouble = {}
    for i, entry in enumerate(entries):
        why = _wrong_label(entry, names, labeled)
        other = first.setdefault((entry.path, entry.part), entry)
        if not why and other.labels != entry.labels:
            label = ' '.join(other.labels)
            why = f'{other.place} gives it the label {label}'
        if why:
            trouble[i] = f'{entry.place}: {why}' if entry.place else why
    return trouble


def _wrong_label(
    entry: Entry, classes: frozenset[str] | None, labeled: bool
) -> str:
    if labeled and not entry.labels:
        return 'no label, though other lines have one'
    for label in entry.labels:
        if label in (classes or ()):
            continue
        if not label.isdecimal():
            known = 'of no class' if classes else 'no whole number'
            return f'the label {label!r} is {known}'
        if classes is not None and int(label) >= len(classes):
            return f'label {label} is beyond the {len(classes)} classes'
    return ''
