"""The true classes of videos, from an annotation file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..errors import StNetInputError
from .video_list import VideoList


class Truth:
    """The classes of videos by their path, or the end of it.

    Args:
        classes (dict[tuple[str, ...], tuple[str, ...]]): Classes of each
            path, whose parts are given.
    """

    def __init__(
        self, classes: dict[tuple[str, ...], tuple[str, ...]]
    ) -> None:
        self._classes = classes
        self._lengths = sorted({len(parts) for parts in classes}, reverse=True)

    def find(self, video: str | Path) -> tuple[str, ...] | None:
        """The classes of a video.

        Args:
            video (str | Path): Its path, which may be longer than the listed
                one: lists have paths relative to a folder of their own.

        Returns:
            tuple[str, ...] | None: One class, or the labels of a video that
            may have several; None if it is not listed.
        """
        # Its own name comes before that of what it is a link to.
        for follow in (os.path.abspath, os.path.realpath):
            parts = Path(follow(video)).parts
            for length in self._lengths:
                found = self._classes.get(parts[-length:])
                if found is not None:
                    return found
        return None


def read_truth(
    path: str | Path, classes: Sequence[str], several: bool = False
) -> Truth:
    """Read an annotation file, as data sets do.

    Args:
        path (str | Path): The file: lines of a path and a label, a number or
            name of a class.
        classes (Sequence[str]): Names of the classes.
        several (bool): Whether a video may have several labels. Defaults to
            False.

    Returns:
        Truth: What it says.

    Raises:
        StNetInputError: If the file cannot be read, or a video, parts of
            which may be listed, is there with different labels.
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for video in VideoList(str(path), classes, several).read():
        labels = video['label'] if several else [video['label']]
        names = tuple(classes[label] for label in sorted({*labels}))
        if found.setdefault(Path(video['filename']).parts, names) != names:
            raise StNetInputError(
                f'{path}: {video["filename"]} is listed with different '
                'labels, so it has no true class as a whole: correct the list'
            )
    return Truth(found)
