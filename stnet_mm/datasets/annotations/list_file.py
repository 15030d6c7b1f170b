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
    split_last,
    split_line,
    titled_rows,
)
from ..video_list import TIMES
from .clip import Clip, FoundClips, split_named
from .found import make_found
from .text_file import read_bytes


def read_list(
    source: str | Path,
    videos: str | Path | None = None,
    labels: str | Path | None = None,
) -> FoundClips:
    """Read a list of clips: a path and a label in each line.

    The label stands after the last space; where the first line has tabs, or
    in a ``.csv`` file commas or semicolons, in a column of its own. Columns
    may have titles: ``path``, ``label``, and ``split`` and ``group`` beside
    them.

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
            class, or none of the clips is on the disk.
    """
    source = Path(source)
    root = Path(videos) if videos is not None else source.parent
    names = read_class_names(labels) if labels is not None else None
    known = set(names or ())
    clips, missing = [], []
    for place, row in _rows(source):
        path, label = _relative(root, row['path']), row['label']
        if names is not None and label not in known:
            label = _by_number(names, label, f'{place}, with {labels}')
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
    return make_found(root, clips, {'not on the disk': missing}, names)


def _rows(source: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Place, and cells by what they hold, of each line."""
    lines = decode_lines(read_bytes(source), source)
    if not any(lines):
        raise StNetInputError(
            f'{source} is empty; each line holds the path of a clip and its '
            'label'
        )
    layout = find_layout(lines, source, _delimiter(source, lines))
    if layout.columns is None:
        rows = _untitled(lines, layout.delimiter)
    else:
        rows = titled_rows(lines, layout, source)
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
    lines: Sequence[str], delimiter: str
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        cells = split_line(line, delimiter)
        if delimiter == ' ':
            cells = [*split_last(line, ' ')]
        if len(cells) != 2:
            cells = ['', '']
        yield number, dict(zip(('path', 'label'), cells))


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


def _by_number(names: list[str], label: str, place: str) -> str:
    if label.isdecimal() and int(label) < len(names):
        return names[int(label)]
    raise StNetInputError(
        f'{place}: there is no class {label!r}; labels are names of classes '
        f'or numbers from 0 to {len(names) - 1}'
    )


def _sorted_labels(labels: set[str]) -> list[str]:
    if all(label.isdecimal() for label in labels):
        return sorted(labels, key=lambda label: (int(label), label))
    return sorted(labels)
