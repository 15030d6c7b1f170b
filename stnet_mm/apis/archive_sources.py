"""The videos of an archive: of lists, of folders, and single ones."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..datasets.annotations.media import find_media, list_folder
from ..datasets.checking.entries import list_whole_videos
from ..datasets.transforms.frame_folder import IMAGES, VIDEOS
from ..datasets.transforms.sources import is_url, join_root
from ..errors import StNetInputError

LISTS = ('.txt', '.csv')


def find_videos(sources: Sequence[str], root: str | None = None) -> list[str]:
    """Find the videos that lists and folders stand for.

    Args:
        sources (Sequence[str]): Lists (``*.txt``, ``*.csv``) of a path a
            line, perhaps with labels, which do not matter; folders of videos
            or of folders of frames, with all that is in them; and videos,
            folders of frames and URLs, which stand for themselves.
        root (str, optional): The folder that paths of lists are relative to.
            Defaults to None, that of the list.

    Returns:
        list[str]: The videos, each once, those of a folder sorted.

    Raises:
        StNetInputError: If a list is not there, lists nothing, or lists
            parts of videos.
        OSError: If a list or folder cannot be read.
    """
    found: dict[str, None] = {}
    for source in sources:
        if is_url(source):
            found[source] = None
        elif os.path.isdir(source):
            found.update(dict.fromkeys(_of_folder(source)))
        elif source.lower().endswith(LISTS):
            found.update(dict.fromkeys(_of_list(source, root)))
        else:
            found[source] = None
    return list(found)


def _of_folder(folder: str) -> Iterable[str]:
    found = find_media(Path(folder), {})
    if not any(path.lower().endswith(VIDEOS) for path in found):
        files, _ = list_folder(Path(folder), '', {})
        # Images beside folders of images, such as masks, are one video.
        if not found or any(path.lower().endswith(IMAGES) for path in files):
            return [folder]
    return [os.path.join(folder, path) for path in found]


def _of_list(source: str, root: str | None) -> Iterable[str]:
    if not os.path.exists(source):
        raise StNetInputError(f'{source}: there is no such list')
    root = os.path.dirname(source) if root is None else root
    for entry in list_whole_videos(source, root):
        yield join_root(root, entry.path)
