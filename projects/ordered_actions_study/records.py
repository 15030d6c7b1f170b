"""The file of results: a line of JSON for every finished run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.atomic import write_atomically

from .run import Run


class Records:
    """Results by run, kept in a file of JSON lines.

    Args:
        path (str | Path): The file; it need not exist yet.
        fingerprint (Callable): Maps a run to the fingerprint of its data, or
            None if they are not at hand.
        run_type (type): The dataclass of the runs. Defaults to ``Run``.

    Raises:
        StNetInputError: If the file is damaged or of other data.
    """

    def __init__(
        self,
        path: str | Path,
        fingerprint: Callable[[Any], str | None],
        run_type: type = Run,
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
                run = run_type(**record['run'])
                data = record['data']
            except (ValueError, KeyError, TypeError) as error:
                raise StNetInputError(
                    f'{where} is no result of the study ({error}): delete '
                    'the line'
                ) from error
            expected = fingerprint(run)
            if expected not in (None, data):
                raise StNetInputError(
                    f'{where} was measured on other data (fingerprint {data}, '
                    f'now {expected}): move the file away and '
                    'run the study again'
                )
            self._records[run] = record

    def __contains__(self, run: Any) -> bool:
        return run in self._records

    def __getitem__(self, run: Any) -> dict:
        return self._records[run]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def add(self, run: Any, record: dict) -> None:
        """Add a result, and write the file.

        Args:
            run (Any): What was run.
            record (dict): Its result.
        """
        self._records[run] = record
        lines = (json.dumps(record) for record in self._records.values())
        write_atomically(
            self.path, ''.join(f'{line}\n' for line in lines).encode()
        )
