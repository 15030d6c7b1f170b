"""The official splits of HMDB51."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ...errors import StNetInputError
from .clip import Clip, FoundClips
from .found import make_found
from .locating import locate_clips
from .text_file import read_lines

_SPLITS = {'0': None, '1': 'train', '2': 'test'}


def is_hmdb51(source: Path) -> bool:
    """Whether a folder holds the official splits.

    Args:
        source (Path): The folder.

    Returns:
        bool: Whether it does.
    """
    return any(source.glob('*_test_split1.txt'))


def read_hmdb51(
    source: str | Path,
    videos: str | Path | None = None,
    split: int = 1,
) -> FoundClips:
    """Read one of the three official splits.

    Args:
        source (str | Path): The folder ``testTrainMulti_7030_splits``, with
            ``CLASS_test_split1.txt`` for each class: lines of a video and 1
            to train, 2 to test, or 0 if this split does not use it.
        videos (str | Path, optional): The folder of the videos. Defaults to
            None, ``source``.
        split (int): Number of the split: 1, 2 or 3. Defaults to 1.

    Returns:
        FoundClips: The clips that are on the disk; classes in the order of
        their names.

    Raises:
        StNetInputError: If the lists are missing or damaged, or none of the
            clips is on the disk.
    """
    source = Path(source)
    root = Path(videos) if videos is not None else source
    end = f'_test_split{split}.txt'
    classes, listed = [], []
    for path in sorted(source.glob(f'*{end}')):
        classes.append(path.name[: -len(end)])
        for place, line in read_lines(path):
            name, _, number = line.rpartition(' ')
            if not name or number not in _SPLITS:
                raise StNetInputError(
                    f'{place}: {line!r} is not a video and 0, 1 or 2'
                )
            stem = PurePosixPath(name.strip()).stem
            listed.append(Clip(stem, classes[-1], _SPLITS[number]))
    if not classes:
        raise StNetInputError(
            f'{source}: there are no files CLASS{end} in it, the official '
            'splits of HMDB51'
        )
    left_out: dict[str, list[str]] = {}
    clips = locate_clips(root, listed, left_out)
    left_out['not in this split'] = [c.path for c in clips if not c.split]
    return make_found(
        root, [c for c in clips if c.split], left_out, sorted(classes)
    )
