"""Files that appear under their name only when they are complete."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .file_names import shorten_name


def write_atomically(
    path: str | Path, data: bytes, verify: bool = False
) -> None:
    """Write a file to a temporary name beside it, then rename.

    Args:
        path (str | Path): The file; missing folders are made.
        data (bytes): Its content.
        verify (bool): Whether to read it again, from the disk where the
            system allows, before it gets its name. Defaults to False.

    Raises:
        OSError: If it cannot be written, or reads otherwise than written;
            names it, and nothing is left behind.
    """
    try:
        with open_atomically(path) as file:
            file.write(data)
            if verify:
                _compare(file, data)
    except OSError as error:
        # A full disk names no file.
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def _compare(file: BinaryIO, data: bytes) -> None:
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, 'posix_fadvise'):
        # Not what is still in memory.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with open(file.name, 'rb') as written:
        place = 0
        while chunk := written.read(2**20):
            if chunk != data[place : place + len(chunk)]:
                break
            place += len(chunk)
    if place != len(data):
        raise OSError(
            errno.EIO, 'what was written reads otherwise: is the disk broken?'
        )


@contextmanager
def open_atomically(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file to write that gets its name when it is complete.

    Args:
        path (str | Path): The file; missing folders are made.

    Yields:
        BinaryIO: The file, under a temporary name beside it.

    Raises:
        OSError: If it cannot be written; nothing is left behind.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(temporary_name(path.name, uuid.uuid4().hex))
    try:
        with open(temporary, 'wb') as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_name(name: str, unique: str) -> str:
    """Name of a file while it is being written.

    Args:
        name (str): Its name when complete.
        unique (str): What no other writer uses.

    Returns:
        str: A hidden name that ends in ``.tmp``. It is not too long where a
        long name is allowed: it has the name's start and suffix.
    """
    return f'.{shorten_name(name)}.{unique}.tmp'
