"""Finding the clips of a published data set, which lists names only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ...errors import StNetInputError
from .clip import Clip
from .media import find_media


def locate_clips(
    root: Path, clips: Iterable[Clip], left_out: dict[str, list[str]]
) -> list[Clip]:
    """Find clips by their names, in whatever folders they are.

    They may lie in one folder or in a folder per class, be of another
    container, or folders of frames. Of several clips of a name the one in
    the folder of its class is taken, or else the first.

    Args:
        root (Path): The folder to search.
        clips (Iterable[Clip]): Clips with their name, without the end
            ``.mp4``, in place of a path.
        left_out (dict[str, list[str]]): Takes the clips that are not there,
            and what is there but not listed.

    Returns:
        list[Clip]: Those that are there, with their paths.

    Raises:
        StNetInputError: If there is no such folder, or none of the clips in
            it.
    """
    if not root.is_dir():
        raise StNetInputError(f'{root}: there is no such folder of videos')
    by_name = defaultdict(list)
    for path in find_media(root, left_out):
        is_folder = (root / path).is_dir()
        name = PurePosixPath(path)
        by_name[name.name if is_folder else name.stem].append(path)
    found, missing, several = [], [], []
    for clip in clips:
        paths = by_name.get(clip.path)
        if not paths:
            missing.append(clip.path)
            continue
        paths = [p for p in paths if _is_in(p, clip.label)] or paths
        if len(paths) > 1:
            several.append(paths[0])
        found.append(clip._replace(path=paths[0]))
    if not found:
        listed = f'the {len(missing)} clips listed' if missing else 'no clips'
        raise StNetInputError(
            f'{root}: none of {listed} is in this folder'
            + (f', such as {missing[0]}' if missing else '')
            + ': name the folder of the videos'
        )
    taken = {clip.path for clip in found}
    left_out['not on the disk'] = missing
    left_out['the first of several of its name'] = several
    left_out['not listed'] = [
        path
        for paths in by_name.values()
        for path in paths
        if path not in taken
    ]
    return found


def _is_in(path: str, label: str) -> bool:
    """Whether a clip is in a folder that is called as its class."""
    return label.replace(' ', '_') in path.replace(' ', '_').split('/')[:-1]
