"""What came of the rows: a file for each."""

from __future__ import annotations

import json
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically

from .rows import Row

FOLDER = Path(__file__).resolve().parent / 'results'


def write_result(folder: Path, row: Row, record: dict) -> None:
    """Write what came of a row.

    Args:
        folder (Path): The folder of results.
        row (Row): The row.
        record (dict): What came of it.
    """
    text = json.dumps(record, indent=1) + '\n'
    write_atomically(_file(folder, row), text.encode())


def read_result(folder: Path, row: Row) -> dict | None:
    """Read what came of a row.

    Args:
        folder (Path): The folder of results.
        row (Row): The row.

    Returns:
        dict | None: What came of it; None if it was not tried yet.
    """
    path = _file(folder, row)
    if not path.exists():
        return None
    return json.loads(path.read_text(encoding='utf-8'))


def is_done(record: dict | None) -> bool:
    """Whether a row was tried, whatever came of it.

    Args:
        record (dict, optional): What came of it.

    Returns:
        bool: Whether it was; not if its Python was missing.
    """
    return (
        record is not None and record['steps']['install']['state'] != 'not run'
    )


def is_green(record: dict | None) -> bool:
    """Whether all went well in a row.

    Args:
        record (dict, optional): What came of it.

    Returns:
        bool: Whether no step is red, and none was not run.
    """
    return is_done(record) and all(
        step['state'] in ('green', 'absent')
        for step in (record or {})['steps'].values()
    )


def _file(folder: Path, row: Row) -> Path:
    return folder / f'{row.name}.json'
