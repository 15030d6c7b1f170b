"""Finding the videos of a folder, and what to call them when re-encoded."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..transforms.frame_folder import VIDEOS

# Containers for H.264, by FFmpeg's names. AVI stores no order of showing.
CONTAINERS = {'.mp4': 'mp4', '.m4v': 'mp4', '.mov': 'mov', '.mkv': 'matroska'}
# Videos in other containers become .mp4, bare streams too. Pictures that move
# stay as they are.
OTHERS = {*VIDEOS, '.h264'} - {*CONTAINERS, '.gif'}


def find_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """Find the videos in a folder and the folders in it, by their suffixes.

    Links are followed; hidden files and folders are left out.

    Args:
        folder (Path): The folder.

    Returns:
        tuple[list[Path], list[Path]]: The videos, and the other files, each
        relative to the folder and sorted.

    Raises:
        OSError: If a folder cannot be read.
    """
    videos: list[Path] = []
    others: list[Path] = []
    for path in _list_files(folder, frozenset()):
        known = path.suffix.lower() in (*CONTAINERS, *OTHERS)
        (videos if known else others).append(path.relative_to(folder))
    return videos, others


def _list_files(folder: Path, above: frozenset[str]) -> Iterator[Path]:
    """All files below a folder, but not through links to those above it."""
    real = os.path.realpath(folder)
    if real in above:
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith('.'):
            continue
        if path.is_dir():
            yield from _list_files(path, above | {real})
        else:
            yield path


def new_name(video: Path) -> Path:
    """What a video is called when it is re-encoded.

    Args:
        video (Path): Its path.

    Returns:
        Path: The same, or with the suffix ``.mp4`` if its container is not
        for H.264.
    """
    if video.suffix.lower() in CONTAINERS:
        return video
    return video.with_suffix('.mp4')


def new_names(videos: list[Path]) -> dict[Path, Path | None]:
    """What videos of one folder are called when they are re-encoded.

    Args:
        videos (list[Path]): Their paths.

    Returns:
        dict[Path, Path | None]: The new path of each; None if another video
        has it or would have it, too.
    """
    counts = Counter(new_name(video) for video in videos)
    names: dict[Path, Path | None] = {}
    for video in videos:
        name = new_name(video)
        alone = name == video or counts[name] == 1
        names[video] = name if alone else None
    return names
