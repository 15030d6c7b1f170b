"""The file of results: a line of JSON for every finished cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.atomic import write_atomically

from .run import Cell


class Records:
    """Results by cell, kept in a file of JSON lines.

    Args:
        path (str | Path): The file; it need not exist yet.
        fingerprint (Callable): Maps a cell to the fingerprint of its data, or
            None if they are not at hand.
        cell_type (type): The dataclass of the cells. Defaults to ``Cell``.

    Raises:
        StNetInputError: If the file is damaged or of other data.
    """

    def __init__(
        self,
        path: str | Path,
        fingerprint: Callable[[Any], str | None],
        cell_type: type = Cell,
    ) -> None:
        self.path = Path(path)
        self._records: dict[Any, dict] = {}
        lines = []
        if self.path.exists():
            lines = self.path.read_text(encoding='utf-8').splitlines()
        for number, line in enumerate(lines, 1):
            where = f'{self.path}, line {number}'
            try:
                record = json.loads(line)
                cell = cell_type(**record['cell'])
                data = record['data']
            except (ValueError, KeyError, TypeError) as error:
                raise StNetInputError(
                    f'{where} is no result of the study ({error}): delete '
                    'the line'
                ) from error
            expected = fingerprint(cell)
            if expected not in (None, data):
                raise StNetInputError(
                    f'{where} was measured on other data (fingerprint {data}, '
                    f'now {expected}): move the file away and '
                    'run the study again'
                )
            self._records[cell] = record

    def __contains__(self, cell: Any) -> bool:
        return cell in self._records

    def __getitem__(self, cell: Any) -> dict:
        return self._records[cell]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def add(self, cell: Any, record: dict) -> None:
        """Add a result, and write the file.

        Args:
            cell (Any): What was run.
            record (dict): Its result.
        """
        self._records[cell] = record
        lines = (json.dumps(record) for record in self._records.values())
        write_atomically(
            self.path, ''.join(f'{line}\n' for line in lines).encode()
        )
