"""A list of clips and their labels: text, CSV or TSV."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...errors import StNetInputError
from ...utils.class_names import read_class_names
from ...utils.list_lines import (
    decode_lines,
    find_layout,
    split_labeled,
    split_last,
    split_line,
    titled_rows,
)
from ..transforms.frame_folder import VIDEOS
from ..video_list import TIMES
from .clip import Clip, FoundClips, split_named
from .found import make_found
from .list_labels import name_labels
from .text_file import read_bytes


def read_list(
    source: str | Path,
    videos: str | Path | None = None,
    labels: str | Path | None = None,
) -> FoundClips:
    """Read a list of clips: a path and a label in each line.

    The label stands behind a space; where the first line has tabs, or in a
    ``.csv`` file commas or semicolons, in a column of its own. Columns may
    have titles: ``path``, ``label``, and ``split`` and ``group`` beside them;
    others are noted.

    Args:
        source (str | Path): The file, UTF-8.
        videos (str | Path, optional): The folder that its paths are relative
            to. Defaults to None, the folder of the file.
        labels (str | Path, optional): A file of the class names, one per
            line; the list has names or, counted from 0, numbers. Defaults to
            None: classes are the labels as they stand there, sorted.

    Returns:
        FoundClips: The clips that are on the disk.

    Raises:
        StNetInputError: If a line is not a path and a label, a label is no
            class or may be two, or none of the clips is on the disk.
    """
    source = Path(source)
    if source.name.lower().endswith(VIDEOS):
        raise StNetInputError(
            f'{source} is a video: give a folder with a folder of clips for '
            'each class, or a list of clips'
        )
    root = Path(videos) if videos is not None else source.parent
    names = read_class_names(labels) if labels is not None else None
    left_out: dict[str, list[str]] = {}
    known = None if names is None else frozenset(names)
    rows = [*_rows(source, root, known, left_out)]
    texts = [(place, row['label']) for place, row in rows]
    if names is not None:
        texts = name_labels(texts, names, labels)
    clips, missing = [], []
    for (place, row), (_, label) in zip(rows, texts):
        path = _relative(root, row['path'])
        split = _split(row, place)
        if os.path.exists(root / path):
            clips.append(Clip(path, label, split, row.get('group') or None))
        else:
            missing.append(path)
    if missing and not clips:
        raise StNetInputError(
            f'{source}: none of its {len(missing)} clips is in {root}, such '
            f'as {missing[0]}: name the folder that they are in'
        )
    if names is None:
        names = _sorted_labels({clip.label for clip in clips})
    left_out['not on the disk'] = missing
    return make_found(root, clips, left_out, names)


def _rows(
    source: Path,
    root: Path,
    known: frozenset[str] | None,
    left_out: dict[str, list[str]],
) -> Iterator[tuple[str, dict[str, str]]]:
    """Place, and cells by what they hold, of each line."""
    lines = decode_lines(read_bytes(source), source)
    if not any(lines):
        raise StNetInputError(
            f'{source} is empty; each line holds the path of a clip and its '
            'label'
        )
    layout = find_layout(lines, source, _delimiter(source, lines))
    if layout.columns is None:
        rows = _untitled(lines, layout.delimiter, root, known)
    else:
        rows = titled_rows(lines, layout, source)
        titles = split_line(next(filter(str.strip, lines)), layout.delimiter)
        unread = [t for t, held in zip(titles, layout.columns) if not held]
        reason = 'columns not read: their titles are neither split nor group'
        left_out[reason] = unread
    for number, row in rows:
        place = f'{source}, line {number}'
        times = TIMES.keys() & row.keys()
        if times:
            raise StNetInputError(
                f'{source} has a column {min(times)}: parts of videos cannot '
                'be checked; give the list to the data set as it is'
            )
        if not (row['path'] and row.get('label')):
            raise StNetInputError(
                f'{place}: {lines[number - 1]!r} is not a path and a label, '
                f'with {layout.delimiter!r} between them'
            )
        yield place, row


def _untitled(
    lines: Sequence[str],
    delimiter: str,
    root: Path,
    known: frozenset[str] | None,
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if delimiter == ' ':
            cells = [*_split_at_space(line, root, known)]
        else:
            cells = split_line(line, delimiter)
        if len(cells) != 2:
            cells = ['', '']
        yield number, dict(zip(('path', 'label'), cells))


def _split_at_space(
    line: str, root: Path, known: frozenset[str] | None
) -> tuple[str, str]:
    """The path and the label of a line; both may have spaces inside."""
    if known is not None:
        return split_labeled(
            line, ' ', lambda text: text in known or text.isdecimal()
        )
    path, label = split_last(line, ' ')
    if os.path.exists(root / path):
        return path, label
    # Of a class with a space in its name, what is before may be there.
    for place in range(len(line) - 1, 0, -1):
        if line[place] == ' ' and os.path.isfile(root / line[:place].strip()):
            return line[:place].strip(), line[place:].strip()
    return path, label


def _delimiter(source: Path, lines: Sequence[str]) -> str:
    """What stands between cells, by the first line."""
    first = next(filter(None, lines))
    candidates = '\t,;' if source.suffix.lower() == '.csv' else '\t'
    return next((c for c in candidates if c in first), ' ')


def _relative(root: Path, path: str) -> str:
    """A path of a list relative to the root if it is inside."""
    absolute = Path(path)
    if absolute.is_absolute():
        try:
            return absolute.relative_to(root.absolute()).as_posix()
        except ValueError:
            pass
    return absolute.as_posix()


def _split(row: dict[str, str], place: str) -> str | None:
    if 'split' not in row:
        return None
    split = split_named(row['split'])
    if split is None:
        raise StNetInputError(
            f'{place}: the split {row["split"]!r} is none of train, val and '
            'test'
        )
    return split


def _sorted_labels(labels: set[str]) -> list[str]:
    if all(label.isdecimal() for label in labels):
        return sorted(labels, key=lambda label: (int(label), label))
    return sorted(labels)
