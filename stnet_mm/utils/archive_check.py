"""Whether the archive that a checkpoint is in is whole, and PyTorch's."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

from ..errors import StNetInputError

# What zipfile raises of damaged archives.
_DAMAGED = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
# The first bytes of a zip; "ustar" in a tar is further behind.
_ZIP, _TAR, _TAR_AT = b'PK\x03\x04', b'ustar', 257


def is_whole(path: str | Path) -> bool:
    """Whether a checkpoint is as it was written.

    PyTorch's files are archives that have a checksum for each of their
    parts; all are compared, which ``torch.load`` does not do.

    Args:
        path (str | Path): The file.

    Returns:
        bool: Whether it is there, and whole.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _fault(archive, os.path.getsize(path)) is None
    except _DAMAGED:
        return False


def check_archive(file: Any) -> None:
    """Check a file before ``torch.load`` reads it.

    Args:
        file (Any): What ``torch.load`` takes; files of old formats, which
            are no archives, have no checksums.

    Raises:
        StNetInputError: If it is damaged or holds a program; does not name
            it.
        OSError: If it cannot be read.
    """
    if not isinstance(file, (str, os.PathLike)):
        return
    with open(file, 'rb') as opened:
        start = opened.read(512)
        if start[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
            # Extracting it may write anywhere (CVE-2025-32434).
            raise StNetInputError('it is a tar archive of PyTorch before 0.1')
        if not start.startswith(_ZIP):
            return
        try:
            with zipfile.ZipFile(opened) as archive:
                fault = _fault(archive, os.path.getsize(file))
        except _DAMAGED as error:
            fault = f'its archive is damaged ({error})'
    if fault is not None:
        raise StNetInputError(fault)


def _fault(archive: zipfile.ZipFile, size: int) -> str | None:
    """What is wrong with an archive, if anything."""
    names = [Path(entry.filename).name for entry in archive.infolist()]
    if 'constants.pkl' in names:
        return 'it is a TorchScript program'
    # PyTorch compresses nothing, and stores nothing twice.
    if sum(entry.file_size for entry in archive.infolist()) > size:
        return 'it declares more than it holds'
    damaged = archive.testzip()
    return damaged and f'{damaged} in it is damaged'
