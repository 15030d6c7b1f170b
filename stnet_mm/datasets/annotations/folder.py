"""A folder of clips for each class."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from ...errors import StNetInputError
from .clip import Clip, FoundClips, split_named
from .found import make_found
from .media import NO_MEDIA, find_media, list_folder


def read_folder(root: str | Path) -> FoundClips:
    """Find the clips in a folder tree: ``CLASS/any/folders/clip.mp4``.

    Clips are videos, by the ends of their names, and folders that hold
    nothing but frames. If the top folders are called ``train``, ``val`` and
    ``test``, or two of these, they are the splits, and the classes are the
    folders in them.

    Args:
        root (str | Path): The folder.

    Returns:
        FoundClips: The clips; classes in the order of their names.

    Raises:
        StNetInputError: If it is no folder, holds no clips or one class
            only, or a class folder holds none.
        OSError: If a folder cannot be read.
    """
    root = Path(root)
    if not root.is_dir():
        raise StNetInputError(f'{root}: there is no such folder')
    _, class_folders = list_folder(root, '', {})
    splits = _find_splits(root, class_folders)
    if splits:
        class_folders = [
            path
            for folder in splits
            for path in list_folder(root, folder, {})[1]
        ]
    left_out: dict[str, list[str]] = {}
    clips = []
    for path in find_media(root, left_out):
        parts = PurePosixPath(path).parts
        split = splits.get(parts[0])
        parts = parts[1:] if splits else parts
        if len(parts) > 1 or (parts and (root / path).is_dir()):
            clips.append(Clip(path, parts[0], split))
        else:
            left_out.setdefault('in no class folder', []).append(path)
    others = left_out.get(NO_MEDIA, [])
    _check_classes(root, class_folders, clips, others)
    return make_found(root, clips, left_out)


def _find_splits(root: Path, folders: list[str]) -> dict[str, str | None]:
    """The splits that the top folders stand for; none if they are classes."""
    splits = {folder: split_named(folder) for folder in folders}
    if None not in splits.values():
        return splits if len(splits) > 1 else {}
    # A class may be called "train", but its folders differ from the others'.
    for folder in filter(splits.get, folders):
        names = {*_names_in(root, folder)}
        for other in folders:
            if other != folder and names.intersection(_names_in(root, other)):
                strange = next(f for f in folders if not splits[f])
                raise StNetInputError(
                    f'{root}: {folder} and {other} hold folders of the same '
                    f'names, as splits do, but {strange} has the name of '
                    'none: call it train, val or test, or move it elsewhere; '
                    f'if these are classes, rename {folder}'
                )
    return {}


def _names_in(root: Path, folder: str) -> list[str]:
    """Names of the folders in a folder."""
    folders = list_folder(root, folder, {})[1]
    return [PurePosixPath(path).name for path in folders]


def check_outside(out: str | Path, source: str | Path) -> None:
    """Check that what is written does not become a class of a folder.

    Args:
        out (str | Path): The folder that will be written.
        source (str | Path): The folder that is read; others are no matter.

    Raises:
        StNetInputError: If the first is inside of the second.
    """
    folder = Path(source).resolve()
    if folder.is_dir() and folder in Path(out).resolve().parents:
        raise StNetInputError(
            f'{out} is inside of {source} and would be taken for a class: '
            'choose another folder to write to, by --out'
        )


def _check_classes(
    root: Path, class_folders: list[str], clips: list[Clip], others: list[str]
) -> None:
    if not class_folders:
        raise StNetInputError(
            f'{root}: there are no folders in it: put the clips of each class '
            'into a folder that is called as the class'
        )
    labels = {clip.label for clip in clips}
    empty = [
        folder
        for folder in class_folders
        if PurePosixPath(folder).name not in labels
    ]
    if not empty:
        return
    more = f' and {len(empty) - 1} others' if len(empty) > 1 else ''
    here = [path for path in others if path.startswith(f'{empty[0]}/')]
    ends = sorted({PurePosixPath(path).suffix for path in here})
    kinds = f', but files that end in {", ".join(ends[:3])}' if ends else ''
    raise StNetInputError(
        f'{root / empty[0]}{more}: no clips in this class folder{kinds}: put '
        'some there, or move it elsewhere'
    )
