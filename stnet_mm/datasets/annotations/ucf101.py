"""The official splits of UCF101."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from ...errors import StNetInputError
from .clip import Clip, FoundClips
from .found import make_found
from .locating import locate_clips
from .text_file import read_lines

_CLASSES = 'classInd.txt'


def is_ucf101(source: Path) -> bool:
    """Whether a folder holds the official splits.

    Args:
        source (Path): The folder.

    Returns:
        bool: Whether it does.
    """
    return (source / _CLASSES).is_file()


def read_ucf101(
    source: str | Path,
    videos: str | Path | None = None,
    split: int = 1,
) -> FoundClips:
    """Read one of the three official splits.

    Args:
        source (str | Path): The folder ``ucfTrainTestlist``, with
            ``classInd.txt``, ``trainlist01.txt`` and ``testlist01.txt``.
        videos (str | Path, optional): The folder of the videos. Defaults to
            None, ``source``.
        split (int): Number of the split: 1, 2 or 3. Defaults to 1.

    Returns:
        FoundClips: The clips that are on the disk, each with the video that
        it was cut from as its group; classes in the official order.

    Raises:
        StNetInputError: If a list is missing or damaged, or none of the
            clips is on the disk.
    """
    source = Path(source)
    root = Path(videos) if videos is not None else source
    classes = _read_classes(source / _CLASSES)
    listed = []
    for subset in ('train', 'test'):
        path = source / f'{subset}list{split:02d}.txt'
        for place, line in read_lines(path):
            # In the training list the number of the class follows.
            label, _, name = line.split()[0].rpartition('/')
            group = re.match(r'(v_.+_g\d+)_c\d+\.', name)
            if label not in classes or group is None:
                raise StNetInputError(
                    f'{place}: {line!r} is not a clip of UCF101: '
                    'CLASS/v_CLASS_g01_c01.avi'
                )
            stem = PurePosixPath(name).stem
            listed.append(Clip(stem, label, subset, group[1]))
    left_out: dict[str, list[str]] = {}
    clips = locate_clips(root, listed, left_out)
    return make_found(root, clips, left_out, classes)


def _read_classes(path: Path) -> list[str]:
    classes: list[str] = []
    for place, line in read_lines(path):
        number, _, name = line.partition(' ')
        if number != str(len(classes) + 1) or not name:
            raise StNetInputError(
                f'{place}: {line!r} is not the number '
                f'{len(classes) + 1} and the name of a class'
            )
        classes.append(name)
    return classes
