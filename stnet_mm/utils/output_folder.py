"""Folders that are filled by one program with one choice of settings."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import StNetInputError
from .atomic import write_atomically


def claim_folder(folder: Path, record: str, content: dict) -> None:
    """Say in a folder what it is made with, or check that it is the same.

    So an interrupted program continues in its own folder, and never mixes
    what it writes with anything else.

    Args:
        folder (Path): The folder; new, empty, or begun with the same
            settings.
        record (str): Name of the JSON file in it that says so.
        content (dict): What to write there, as plain data; ``settings`` in
            it, a dict, is what must be the same.

    Raises:
        StNetInputError: If the folder holds anything else.
        OSError: If it cannot be written.
    """
    path = folder / record
    if path.is_file():
        made = _read_settings(path)
        if made is None:
            raise StNetInputError(
                f'{path} was not written by this program, or is damaged: '
                'choose another folder, or delete this one first'
            )
        differences = [
            f'{key} {made.get(key)}, not {value}'
            for key, value in content['settings'].items()
            if made.get(key) != value
        ]
        if differences:
            raise StNetInputError(
                f'{folder} was made with other settings '
                f'({"; ".join(differences)}): choose another folder, or '
                'delete this one first'
            )
        return
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StNetInputError(
            f'{folder} is not empty and was not made by this program: choose '
            'a new or empty folder'
        )
    write_atomically(path, (json.dumps(content, indent=2) + '\n').encode())


def _read_settings(path: Path) -> dict | None:
    """The settings that a record names, or None if it is none of ours."""
    try:
        made = json.loads(path.read_text(encoding='utf-8')).get('settings')
    except (ValueError, AttributeError):  # no JSON, or no object
        return None
    return made if isinstance(made, dict) else None
