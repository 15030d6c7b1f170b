"""The true classes of videos, from an annotation file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import StNetInputError


class Truth:
    """The classes of videos by their path, or the end of it.

    Args:
        classes (dict[tuple[str, ...], str]): Class of each path, whose parts
            are given.
    """

    def __init__(self, classes: dict[tuple[str, ...], str]) -> None:
        self._classes = classes
        self._lengths = sorted({len(parts) for parts in classes}, reverse=True)

    def find(self, video: str | Path) -> str | None:
        """The class of a video.

        Args:
            video (str | Path): Its path, which may be longer than the listed
                one: lists have paths relative to a folder of their own.

        Returns:
            str | None: The class; None if it is not listed.
        """
        parts = Path(video).resolve().parts
        for length in self._lengths:
            found = self._classes.get(parts[-length:])
            if found is not None:
                return found
        return None


def read_truth(path: str | Path, classes: Sequence[str]) -> Truth:
    """Read an annotation file.

    Args:
        path (str | Path): The file: lines of a path and a label.
        classes (Sequence[str]): Names of the classes.

    Returns:
        Truth: What it says.

    Raises:
        StNetInputError: If a line is not a path and a label; names it.
        OSError: If it cannot be read.
    """
    found = {}
    text = Path(path).read_text(encoding='utf-8')
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        video, _, label = line.strip().rpartition(' ')
        if not video or not label.isdecimal() or int(label) >= len(classes):
            raise StNetInputError(
                f'{path}, line {number}: {line!r} is not a path and a label '
                f'from 0 to {len(classes) - 1}'
            )
        found[Path(video.strip()).parts] = classes[int(label)]
    return Truth(found)
