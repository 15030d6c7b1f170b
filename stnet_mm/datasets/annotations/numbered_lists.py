"""Lists of clips that are called by a number: ``34870;Drumming Fingers``."""

from __future__ import annotations

from pathlib import Path

from ...errors import StNetInputError
from .clip import Clip, FoundClips
from .found import make_found
from .locating import locate_clips
from .text_file import read_lines

# How the lists of the two splits that have labels end.
SPLIT_NAMES = {'train': 'train', 'val': 'validation'}


def find_list(source: Path, end: str) -> Path:
    """Find the only file in a folder whose name ends so.

    Args:
        source (Path): The folder.
        end (str): The end, such as ``'train.csv'``.

    Returns:
        Path: The file.

    Raises:
        StNetInputError: If there is none, or several.
    """
    paths = sorted(source.glob(f'*{end}'))
    if len(paths) != 1:
        raise StNetInputError(
            f'{source}: there must be one file *{end} in it, not {len(paths)}'
        )
    return paths[0]


def read_csv_classes(source: Path) -> list[str]:
    """Read the names of the classes from ``*labels.csv``.

    Args:
        source (Path): The folder that it is in.

    Returns:
        list[str]: The names, one of each line.

    Raises:
        StNetInputError: If it is missing or empty.
    """
    lines = read_lines(find_list(source, 'labels.csv'))
    return [line for _, line in lines]


def read_csv_lists(source: Path) -> list[Clip]:
    """Read ``*train.csv`` and ``*validation.csv``: lines of number;label.

    Args:
        source (Path): The folder that they are in.

    Returns:
        list[Clip]: The clips, with the number in place of a path.

    Raises:
        StNetInputError: If one is missing, or a line is damaged.
    """
    clips = []
    for split, name in SPLIT_NAMES.items():
        for place, line in read_lines(find_list(source, f'{name}.csv')):
            number, _, label = line.partition(';')
            if not number or not label:
                raise StNetInputError(
                    f'{place}: {line!r} is not a number and a label, with '
                    "';' between them"
                )
            clips.append(Clip(number, label, split))
    return clips


def find_numbered(
    source: Path, root: Path, listed: list[Clip], classes: list[str]
) -> FoundClips:
    """Find the clips of the lists, and check their labels.

    Args:
        source (Path): The folder of the lists.
        root (Path): The folder of the clips.
        listed (list[Clip]): The clips, with the number in place of a path.
        classes (list[str]): The names of all classes.

    Returns:
        FoundClips: The clips that are on the disk.

    Raises:
        StNetInputError: If a label is no class, or none of the clips is on
            the disk.
    """
    known = set(classes)
    for clip in listed:
        if clip.label not in known:
            raise StNetInputError(
                f'{source}: the clip {clip.path} has the label '
                f'{clip.label!r}, which is not in the list of classes'
            )
    left_out: dict[str, list[str]] = {}
    clips = locate_clips(root, listed, left_out)
    tests = sorted(path.name for path in source.glob('*test.*'))
    left_out['list without labels'] = tests
    return make_found(root, clips, left_out, classes)
