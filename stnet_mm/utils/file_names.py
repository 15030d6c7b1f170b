"""Names of files that no file system finds too long."""

from __future__ import annotations

import os
from pathlib import PurePath

# File systems allow 255 bytes, encrypted ones 143; some are for what is added
# to a name while a file is written.
MAX_BYTES = 100


def shorten_name(name: str, max_bytes: int = MAX_BYTES) -> str:
    """Cut the end off the stem of a name that is too long.

    Args:
        name (str): Name of a file, without a folder.
        max_bytes (int): How many bytes it may have. Defaults to 100.

    Returns:
        str: A name of as many bytes at most, in whole characters. The suffix
        stays, if it is not too long itself.
    """
    suffix = PurePath(name).suffix
    stem = name[: len(name) - len(suffix)]
    while len(os.fsencode(stem + suffix)) > max_bytes:
        if stem:
            stem = stem[:-1]
        else:
            suffix = suffix[:-1]
    return stem + suffix
