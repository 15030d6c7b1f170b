"""The official lists of Kinetics-400, -600 and -700."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ...errors import StNetInputError
from .clip import Clip, FoundClips, split_named
from .found import make_found
from .locating import locate_clips
from .text_file import read_text

_COLUMNS = ('label', 'youtube_id', 'time_start', 'time_end', 'split')


def is_kinetics(source: Path) -> bool:
    """Whether a file or folder holds lists of Kinetics.

    Args:
        source (Path): The file or folder.

    Returns:
        bool: Whether it does.
    """
    return bool(_lists(source))


def read_kinetics(
    source: str | Path, videos: str | Path | None = None
) -> FoundClips:
    """Read the lists of Kinetics.

    They are CSV files with the columns label, youtube_id, time_start,
    time_end (seconds) and split. A clip is called
    ``{youtube_id}_{time_start:06d}_{time_end:06d}``, as the usual tools
    download it.

    Args:
        source (str | Path): A list, or a folder of them.
        videos (str | Path, optional): The folder of the clips, in one folder
            or a folder per class. Defaults to None, that of the lists.

    Returns:
        FoundClips: The clips that are on the disk; classes in the order of
        their names.

    Raises:
        StNetInputError: If there are no such lists, a line of them is
            damaged, or none of the clips is on the disk.
    """
    source = Path(source)
    lists = _lists(source)
    if not lists:
        raise StNetInputError(
            f'{source}: no list of Kinetics, a CSV file with the columns '
            + ', '.join(_COLUMNS)
        )
    root = Path(videos if videos is not None else lists[0].parent)
    listed = [clip for path in lists for clip in _read(path)]
    classes = sorted({clip.label for clip in listed})
    left_out: dict[str, list[str]] = {}
    left_out['no list of Kinetics'] = [
        path.name for path in _tables(source) if path not in lists
    ]
    clips = locate_clips(root, listed, left_out)
    return make_found(root, clips, left_out, classes)


def _tables(source: Path) -> list[Path]:
    paths = sorted(source.iterdir()) if source.is_dir() else [source]
    return [path for path in paths if path.suffix.lower() == '.csv']


def _lists(source: Path) -> list[Path]:
    return [path for path in _tables(source) if _is_list(path)]


def _is_list(path: Path) -> bool:
    try:
        with open(path, encoding='utf-8-sig', errors='replace') as file:
            titles = next(csv.reader(file), [])
    except (OSError, csv.Error):
        return False
    return {*_COLUMNS} <= {*titles}


def _read(path: Path) -> list[Clip]:
    rows = csv.DictReader(io.StringIO(read_text(path)))
    try:
        return [_to_clip(row) for row in rows]
    except (ValueError, OverflowError, TypeError, csv.Error) as error:
        raise StNetInputError(
            f'{path}, line {rows.line_num}: not a row of '
            + ', '.join(_COLUMNS)
        ) from error


def _to_clip(row: dict) -> Clip:
    """The clip of a row; what is missing is None, and no number."""
    start, end = (
        int(float(row[f'time_{which}'])) for which in ('start', 'end')
    )
    split = split_named(row['split'] or '')
    if not (row['youtube_id'] and row['label'] and split):
        raise ValueError
    name = f'{row["youtube_id"]}_{start:06d}_{end:06d}'
    return Clip(name, row['label'], split)
