"""The file of results: a line of JSON for every finished cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from .cell import Cell


class Records:
    """Results by cell, kept in a file of JSON lines.

    Args:
        path (str | Path): The file; it need not exist yet.
        fingerprint (Callable): Maps a level to the fingerprint of its data.

    Raises:
        StNetInputError: If the file is damaged or of other data.
    """

    def __init__(
        self, path: str | Path, fingerprint: Callable[[int], str]
    ) -> None:
        self.path = Path(path)
        self._records: dict[Cell, dict] = {}
        lines = []
        if self.path.exists():
            lines = self.path.read_text(encoding='utf-8').splitlines()
        for number, line in enumerate(lines, 1):
            where = f'{self.path}, line {number}'
            try:
                record = json.loads(line)
                cell = Cell(**record['cell'])
                data = record['data']
            except (ValueError, KeyError, TypeError) as error:
                raise StNetInputError(
                    f'{where} is no result of the study ({error}): delete '
                    'the line'
                ) from error
            if data != fingerprint(cell.level):
                raise StNetInputError(
                    f'{where} was measured on other data (fingerprint {data}, '
                    f'now {fingerprint(cell.level)}): move the file away and '
                    'run the study again'
                )
            self._records[cell] = record

    def __contains__(self, cell: Cell) -> bool:
        return cell in self._records

    def __getitem__(self, cell: Cell) -> dict:
        return self._records[cell]

    def __len__(self) -> int:
        return len(self._records)

    def add(self, cell: Cell, record: dict) -> None:
        """Add a result, and write the file.

        Args:
            cell (Cell): What was run.
            record (dict): What ``run_cell`` gave.
        """
        self._records[cell] = record
        lines = (json.dumps(record) for record in self._records.values())
        write_atomically(
            self.path, ''.join(f'{line}\n' for line in lines).encode()
        )
