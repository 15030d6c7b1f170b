"""Re-encoding all videos of a folder to a small size."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ...errors import StNetInputError
from ...utils.atomic import write_atomically
from ...utils.output_folder import claim_folder
from ...utils.progress import progress_bar
from ...utils.room import describe_lack
from ...utils.workers import run_in_processes
from .names import find_files, new_names
from .video import resize_video

# What the output was made with.
RECORD = 'resized.json'
MAX_CRF = 51


@dataclass(frozen=True)
class ResizedFolder:
    """What became of the files of a folder.

    Attributes:
        encoded (int): Videos that were re-encoded.
        copied (int): Videos that were small enough.
        finished (int): Videos that had been finished before.
        renamed (list[Path]): Videos that have the suffix ``.mp4`` now.
        others (list[Path]): Files that are no videos.
        problems (list[str]): What is wrong with the videos that are missing,
            a line each.
    """

    encoded: int
    copied: int
    finished: int
    renamed: list[Path]
    others: list[Path]
    problems: list[str]


def resize_videos(
    source: str | Path,
    out: str | Path,
    short_side: int = 256,
    crf: int = 20,
    workers: int | None = None,
    progress: bool = True,
) -> ResizedFolder:
    """Re-encode the videos of a folder and of the folders in it.

    They keep their names, but for the suffix of those in containers that are
    not for H.264, which become ``.mp4``. A video appears under its name when
    it is complete and verified; so this can be interrupted at any time, and
    started again with the same settings. Videos that have changed since, by
    their time, are encoded anew.

    Args:
        source (str | Path): The folder.
        out (str | Path): Folder for the new ones; new, empty, or begun with
            the same settings.
        short_side (int): Length of the short side in pixels; even. Videos
            whose short side is no longer are copied. Defaults to 256.
        crf (int): Constant rate factor of x264, from 0 to 51: lower is
            better and larger. Defaults to 20.
        workers (int, optional): Number of processes. Defaults to the number of
            cores.
        progress (bool): Whether to show a progress bar. Defaults to True.

    Returns:
        ResizedFolder: What became of the files.

    Raises:
        StNetInputError: If a folder or setting cannot be used, or a video
            cannot be written.
        OSError: If the folder cannot be written.
    """
    source, out = Path(source), Path(out)
    _check_settings(short_side, crf, workers)
    _check_folders(source, out)
    videos, others = find_files(source)
    if not videos:
        raise StNetInputError(f'{source}: there are no videos in this folder')
    names = new_names(videos)
    settings = dict(
        source=str(source.resolve()), short_side=short_side, crf=crf
    )
    claim_folder(out, RECORD, dict(settings=settings))
    for video, name in names.items():
        _remove_outdated(source / video, out, {video, name})
    tasks = [
        (source, out, video, name, short_side, crf)
        for video, name in names.items()
        if not _exists(out, video) and not _exists(out, name)
    ]
    with progress_bar(len(tasks), 'resizing videos', progress) as advance:
        results = run_in_processes(
            _resize, tasks, workers, lambda result: advance()
        )
    return ResizedFolder(
        encoded=sum(result.encoded for result in results),
        copied=sum(result.copied for result in results),
        finished=len(videos) - len(tasks),
        renamed=[
            video
            for video, name in names.items()
            if name != video and _exists(out, name)
        ],
        others=others,
        problems=[result.problem for result in results if result.problem],
    )


def _check_settings(short_side: int, crf: int, workers: int | None) -> None:
    if short_side < 2 or short_side % 2:
        raise StNetInputError(
            f'short side {short_side}: choose an even number of pixels, as '
            'H.264 needs it'
        )
    if not 0 <= crf <= MAX_CRF:
        raise StNetInputError(
            f'constant rate factor {crf}: choose one from 0 to {MAX_CRF}'
        )
    if workers is not None and workers < 1:
        raise StNetInputError(f'{workers} processes: choose 1 or more')


def _check_folders(source: Path, out: Path) -> None:
    if not source.exists():
        raise StNetInputError(f'{source}: there is no such folder')
    for path in (source, out):
        if path.exists() and not path.is_dir():
            raise StNetInputError(f'{path} is a file: give a folder')
    here, there = source.resolve(), out.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise StNetInputError(
            f'{source} and {out} are one inside of the other: choose another '
            'folder to write to'
        )


def _remove_outdated(path: Path, out: Path, names: set[Path | None]) -> None:
    """Remove what was made of a video that has changed since."""
    for name in filter(partial(_exists, out), names):
        made = out / str(name)
        if path.exists() and made.stat().st_mtime < path.stat().st_mtime:
            made.unlink()


def _exists(folder: Path, name: Path | None) -> bool:
    # Of a name that is too long Path.exists raises an error.
    return name is not None and os.path.exists(folder / name)


class _Result(NamedTuple):
    """What was done with a video, or what is wrong with it."""

    encoded: bool = False
    copied: bool = False
    problem: str = ''


def _resize(
    source: Path,
    out: Path,
    video: Path,
    name: Path | None,
    short_side: int,
    crf: int,
) -> _Result:
    """Re-encode a video under a new name, or copy it."""
    path = source / video
    try:
        data = resize_video(path, short_side, crf)
        copied = data is None
        if data is None:
            data, name = path.read_bytes(), video
    except (StNetInputError, OSError) as error:
        return _Result(problem=str(error))
    if name is None:
        return _Result(
            problem=f'{path}: another video is called {video.stem}.mp4, too, '
            'as it would be: rename one of them'
        )
    try:
        write_atomically(out / name, data)
    except OSError as error:
        problem = f'{out / name} cannot be written: {error.strerror}'
        if describe_lack(error) is None:
            return _Result(problem=problem)
        # It will be the same with the others.
        raise StNetInputError(
            f'{problem}; what is finished is kept, so start again when it can'
        ) from error
    return _Result(encoded=not copied, copied=copied)
