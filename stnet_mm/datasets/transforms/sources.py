"""Where videos come from."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.request import urlopen

from mmengine.fileio import get

TIMEOUT = 60  # seconds without an answer of a server


def is_url(path: str | Path) -> bool:
    """Whether a video is to be downloaded.

    Args:
        path (str | Path): The video.

    Returns:
        bool: Whether it is a URL.
    """
    return '://' in str(path)


def join_root(root: str | Path, path: str) -> str:
    """The place of a listed video.

    Args:
        root (str | Path): The folder that paths are relative to.
        path (str): As the list has it: a path, or a URL.

    Returns:
        str: The path, or the URL as it is.
    """
    return path if is_url(path) else os.path.join(root, path)


def find_source(path: str, io_backend: str, **kwargs) -> str | bytes:
    """Find what a decoder can open.

    Args:
        path (str): The video.
        io_backend (str): Where files are: one of MMEngine's backends, or
            ``'disk'``, which also downloads URLs.
        **kwargs: Further arguments of the backend.

    Returns:
        str | bytes: The path itself if the video is on the disk, else what
        is in the file.
    """
    if io_backend != 'disk':
        return get(path, backend_args=dict(backend=io_backend, **kwargs))
    if is_url(path):
        with urlopen(path, timeout=TIMEOUT) as response:
            return response.read()
    return path
