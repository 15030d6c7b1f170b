"""Results of a check, kept for when it is started again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Generic, TypeVar

from .text_file import cannot_write

# A named tuple of plain values.
R = TypeVar('R', bound=tuple)


class CheckCache(Generic[R]):
    """A file of what was found out about clips; a line each.

    Lines are added as soon as they are known, so that an interrupted check
    loses nothing.

    Args:
        record (Callable): The type of what is kept of a clip: a named tuple
            of plain values.
        path (str | Path, optional): The file, which need not be there.
            Damaged lines in it count for nothing: their clips are checked
            again. Defaults to None: nothing is kept.

    Raises:
        StNetInputError: If it cannot be read and written.
    """

    def __init__(
        self, record: Callable[..., R], path: str | Path | None = None
    ) -> None:
        self._path = None if path is None else Path(path)
        self._records: dict[tuple[str, int, int], R] = {}
        # Now rather than after hours of checking.
        self._append('')
        if self._path is None:
            return
        text = self._path.read_text(encoding='utf-8', errors='replace')
        if text and not text.endswith('\n'):
            # The process was killed while it wrote this line.
            self._append('\n')
        for line in text.splitlines():
            try:
                name, size, time, *values = json.loads(line)
                self._records[name, size, time] = record(*values)
            except (ValueError, TypeError):
                continue

    def get(self, path: str, version: tuple[int, int]) -> R | None:
        """What is known about a clip.

        Args:
            path (str): Its path.
            version (tuple[int, int]): Its size and time of change.

        Returns:
            tuple | None: What is known; None if nothing is, or if it has
            changed since.
        """
        return self._records.get((path, *version))

    def add(self, path: str, version: tuple[int, int], record: R) -> None:
        """Keep what was found out about a clip.

        Args:
            path (str): Its path.
            version (tuple[int, int]): Its size and time of change.
            record (tuple): What was found out.

        Raises:
            StNetInputError: If it cannot be written.
        """
        self._append(json.dumps([path, *version, *record]) + '\n')

    def _append(self, text: str) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(self._path, 'a', encoding='utf-8') as file:
                file.write(text)
        except OSError as error:
            raise cannot_write(self._path, error) from error
