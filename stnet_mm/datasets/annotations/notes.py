"""What is left out of the lists, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .text_file import write_text

# So many are named in a line.
EXAMPLES = 3


class Note(NamedTuple):
    """Files of which the same is to be said; ``str`` makes a line of it.

    Attributes:
        reason (str): What is to be said, such as ``'hidden'``.
        paths (list[str]): The files.
    """

    reason: str
    paths: list[str]

    def __str__(self) -> str:
        named = ', '.join(self.paths[:EXAMPLES])
        more = ', ...' if len(self.paths) > EXAMPLES else ''
        return f'{self.reason} ({len(self.paths)}): {named}{more}'


def make_notes(paths_by_reason: Mapping[str, Iterable[str]]) -> list[Note]:
    """Make notes.

    Args:
        paths_by_reason (Mapping[str, Iterable[str]]): Files by what is to be
            said of them.

    Returns:
        list[Note]: A note of each reason that has files.
    """
    return [
        Note(reason, list(paths))
        for reason, paths in paths_by_reason.items()
        if paths
    ]


def write_notes(path: Path, notes: Iterable[Note]) -> None:
    """Write every file of every note, a line each: file, tab, reason.

    Args:
        path (Path): The file to write; removed if there is nothing to say.
        notes (Iterable[Note]): The notes.

    Raises:
        StNetInputError: If it cannot be written.
    """
    lines = [f'{file}\t{n.reason}\n' for n in notes for file in n.paths]
    if lines:
        write_text(path, ''.join(lines))
    else:
        path.unlink(missing_ok=True)
