"""Text files, read and written with errors that name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...errors import StNetInputError
from ...utils.atomic import write_atomically
from ...utils.list_lines import decode_text


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Args:
        path (Path): The file.

    Returns:
        bytes: Its content.

    Raises:
        StNetInputError: If there is no such file.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise StNetInputError(f'{path}: there is no such file') from error


def read_text(path: Path) -> str:
    """Read a text.

    Args:
        path (Path): A UTF-8 file.

    Returns:
        str: Its content.

    Raises:
        StNetInputError: If there is no such file, or it is not UTF-8.
    """
    return decode_text(read_bytes(path), path)


def read_lines(path: Path) -> list[tuple[str, str]]:
    """Read the lines of a text that are not empty.

    Args:
        path (Path): A UTF-8 file.

    Returns:
        list[tuple[str, str]]: The place of each line, for messages, and the
        line without spaces around it.

    Raises:
        StNetInputError: If there is no such file, or it is not UTF-8.
    """
    return [
        (f'{path}, line {number}', line.strip(' \r'))
        for number, line in enumerate(read_text(path).split('\n'), 1)
        if line.strip()
    ]


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Args:
        path (Path): The file.

    Returns:
        Any: Its content.

    Raises:
        StNetInputError: If there is no such file, or it is no JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise StNetInputError(f'{path} is no JSON file: {error}') from error


def write_text(path: Path, text: str) -> None:
    """Write a text that appears when it is complete.

    Args:
        path (Path): The file, UTF-8; missing folders are made.
        text (str): Its content.

    Raises:
        StNetInputError: If it cannot be written.
    """
    try:
        # Names of files that are not UTF-8 stay as they are.
        write_atomically(path, text.encode(errors='surrogateescape'))
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> StNetInputError:
    """The error of a file that cannot be written.

    Args:
        path (Path): The file.
        error (OSError): Why; of a full disk it does not name the file.

    Returns:
        StNetInputError: To be raised.
    """
    return StNetInputError(
        f'{path} cannot be written ({error.strerror}): make room, or choose '
        'a folder that you may write to'
    )
