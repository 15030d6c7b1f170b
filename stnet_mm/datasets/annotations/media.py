"""Videos, and folders of frames, in a folder tree."""

from __future__ import annotations

import os
from pathlib import Path

from ..transforms.frame_folder import IMAGES, VIDEOS

# Files that systems leave in folders, without a dot.
_SYSTEM_FILES = ('desktop.ini', 'thumbs.db')
# Why files are left out.
NO_MEDIA = 'neither video nor frame'


def find_media(root: Path, left_out: dict[str, list[str]]) -> list[str]:
    """Find the videos in a folder tree, and the folders of frames.

    A folder of frames holds images only; hidden files do not count. Links
    are followed.

    Args:
        root (Path): The root of the tree; not a folder of frames itself.
        left_out (dict[str, list[str]]): Takes the other files, by reason.

    Returns:
        list[str]: Their paths with ``/``, relative to the root; sorted.

    Raises:
        OSError: If a folder cannot be read.
    """
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    waiting = ['']
    while waiting:
        folder = waiting.pop()
        status = os.stat(root / folder)
        if (status.st_dev, status.st_ino) in seen:
            reason = 'another link to a folder of the tree'
            left_out.setdefault(reason, []).append(folder)
            continue
        seen.add((status.st_dev, status.st_ino))
        files, folders = list_folder(root, folder, left_out)
        # Backwards, so that the next one is the first.
        waiting += reversed(folders)
        if folder and files and not folders and all(map(_is_image, files)):
            found.append(folder)
            continue
        if any(map(_is_image, files)):
            reason = 'folder of images and others, so not of frames'
            left_out.setdefault(reason, []).append(folder or '.')
        for path in files:
            if path.lower().endswith(VIDEOS):
                found.append(path)
            elif not _is_image(path):
                left_out.setdefault(NO_MEDIA, []).append(path)
    return sorted(found)


def list_folder(
    root: Path, folder: str, left_out: dict[str, list[str]]
) -> tuple[list[str], list[str]]:
    """List the files and the folders in a folder that are not hidden.

    Args:
        root (Path): The root of the tree.
        folder (str): The folder, relative to the root; empty for the root.
        left_out (dict[str, list[str]]): Takes the others, by reason.

    Returns:
        tuple[list[str], list[str]]: Paths of files and of folders, with
        ``/``, relative to the root; sorted.

    Raises:
        OSError: If the folder cannot be read.
    """
    files, folders = [], []
    with os.scandir(root / folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = f'{folder}/{entry.name}' if folder else entry.name
            if _is_hidden(entry.name):
                left_out.setdefault('hidden', []).append(path)
            elif entry.is_dir():
                folders.append(path)
            elif entry.is_file():
                files.append(path)
            else:
                left_out.setdefault('broken link', []).append(path)
    return files, folders


def _is_hidden(name: str) -> bool:
    return name.startswith('.') or name.lower() in _SYSTEM_FILES


def _is_image(path: str) -> bool:
    return path.lower().endswith(IMAGES)
