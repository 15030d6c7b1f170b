"""Whether files can be written, said before the work for them."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import uuid
from pathlib import Path

from .atomic import temporary_name


def check_writable(path: str | Path) -> None:
    """Check that a file can be written, before hours of work for it.

    Nothing is left behind: missing folders are made by who writes.

    Args:
        path (str | Path): The file.

    Raises:
        OSError: If it cannot; names what is in the way.
    """
    path = Path(path)
    # A name may be too long, or be within what is no folder.
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(path.stat().st_mode):
            code = errno.EISDIR
            raise IsADirectoryError(code, os.strerror(code), str(path))
    folder = next(folder for folder in path.parents if folder.exists())
    if not folder.is_dir():
        code = errno.ENOTDIR
        raise NotADirectoryError(code, os.strerror(code), str(folder))
    probe = folder / temporary_name(path.name, uuid.uuid4().hex)
    try:
        probe.touch()
    except OSError as error:
        error.filename = str(path)  # not the temporary name
        raise
    finally:
        # One that cannot be made cannot be deleted, and says it less well.
        with contextlib.suppress(OSError):
            probe.unlink()
