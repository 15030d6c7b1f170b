"""The true classes of videos, from an annotation file."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from ..errors import StNetInputError
from .list_lines import (
    Layout,
    decode_lines,
    find_layout,
    split_labeled,
    titled_rows,
)


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
        path (str | Path): The file: lines of a path and a label, a number or
            name of a class.
        classes (Sequence[str]): Names of the classes.

    Returns:
        Truth: What it says.

    Raises:
        StNetInputError: If a line is not a path and a label; names it.
        OSError: If it cannot be read.
    """
    numbers = {name: name for name in classes}
    numbers.update({str(i): name for i, name in enumerate(classes)})
    lines = decode_lines(Path(path).read_bytes(), path)
    layout = find_layout(lines, path, is_label=numbers.__contains__)
    found = {}
    for number, video, label in _videos(lines, layout, path, numbers):
        if not video or label not in numbers:
            raise StNetInputError(
                f'{path}, line {number}: {lines[number - 1]!r} is not a path '
                f'and a label from 0 to {len(classes) - 1}, or the name of a '
                'class'
            )
        found[Path(video).parts] = numbers[label]
    return Truth(found)


def _videos(
    lines: Sequence[str],
    layout: Layout,
    path: str | Path,
    labels: Container[str],
) -> Iterator[tuple[int, str, str]]:
    """Number of a line, path and label of each video."""
    if layout.columns is not None:
        for number, row in titled_rows(lines, layout, path):
            yield number, row['path'], row.get('label', '')
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield (
                number,
                *split_labeled(line, layout.delimiter, labels.__contains__),
            )
