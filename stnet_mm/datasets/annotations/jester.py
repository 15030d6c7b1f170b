"""The official lists of Jester."""

from __future__ import annotations

from pathlib import Path

from .clip import FoundClips
from .numbered_lists import find_numbered, read_csv_classes, read_csv_lists


def is_jester(source: Path) -> bool:
    """Whether a folder holds lists of Jester.

    Args:
        source (Path): The folder.

    Returns:
        bool: Whether it does.
    """
    return any(source.glob('*jester*labels.csv'))


def read_jester(
    source: str | Path, videos: str | Path | None = None
) -> FoundClips:
    """Read the lists of Jester.

    Args:
        source (str | Path): The folder of ``jester-v1-labels.csv``,
            ``jester-v1-train.csv`` and ``jester-v1-validation.csv``. A
            test list has no labels, and is noted.
        videos (str | Path, optional): The folder of the folders of frames.
            Defaults to None, ``source``.

    Returns:
        FoundClips: The clips that are on the disk; classes in the official
        order.

    Raises:
        StNetInputError: If a list is missing or damaged, or none of the
            clips is on the disk.
    """
    source = Path(source)
    root = Path(videos) if videos is not None else source
    classes = read_csv_classes(source)
    return find_numbered(source, root, read_csv_lists(source), classes)
