"""Checking all videos of a list or folder, whatever they do to a decoder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from ...errors import StNetInputError, check_choice
from ...utils.class_names import read_class_names
from ...utils.progress import progress_bar
from ...utils.watched_workers import run_watched
from ...utils.workers import count_cores
from ..annotations.check_cache import CheckCache
from ..transforms.frame_folder import version_of
from . import finding
from .entries import Entry, label_trouble, list_entries
from .examining import DECODE, examine
from .finding import Examination, Finding


def check_videos(
    source: str | Path | Sequence[Entry],
    root: str | Path | None = None,
    labels: str | Path | None = None,
    decode: str = 'probe',
    min_frames: int = 1,
    limit: float = 30.0,
    cache: str | Path | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> list[Finding]:
    """Check videos, each in a process that may crash or hang.

    Args:
        source (str | Path | Sequence[Entry]): An annotation file, lines of a
            path and a label; a folder of videos; or what has been listed.
        root (str | Path, optional): The folder that paths of the list are
            relative to. Defaults to None: the folder of the list, or, if it
            has been listed, the present one.
        labels (str | Path, optional): A file of class names, one per line,
            beyond which no label is. Defaults to None, unknown.
        decode (str): ``'probe'``, the first, middle and last frame of each,
            or ``'full'``, all frames, which needs PyAV. Defaults to
            ``'probe'``.
        min_frames (int): Number of frames of which a video is not too short.
            Defaults to 1.
        limit (float): Seconds without progress after which a decoder hangs.
            Defaults to 30.
        cache (str | Path, optional): A file for the results, so that an
            interrupted check goes on; for one ``decode`` only. Videos with
            which something is wrong are checked again. Defaults to None:
            nothing is kept.
        workers (int, optional): Number of processes. Defaults to None, the
            number of cores.
        progress (bool): Whether to show a progress bar. Defaults to True.

    Returns:
        list[Finding]: What is found of each video, in the order of the list.

    Raises:
        StNetInputError: If an argument cannot be used.
        OSError: If the list or folder cannot be read.
    """
    check_choice('decode', decode, DECODE)
    if workers is not None and workers < 1:
        raise StNetInputError(f'{workers} processes: choose 1 or more')
    classes = None if labels is None else read_class_names(labels)
    if isinstance(source, (str, Path)):
        source = Path(source)
        if not source.exists():
            raise StNetInputError(f'{source}: there is no such list or folder')
        if root is None:
            root = source if source.is_dir() else source.parent
        entries: Sequence[Entry] = list_entries(source, root, classes or ())
    else:
        root, entries = root or '', source
    files = {entry.path: os.path.join(root, entry.path) for entry in entries}
    with progress_bar(len(files), 'checking videos', progress) as advance:
        examined = _examine_all(
            files,
            decode,
            limit,
            CheckCache(Examination, cache),
            workers or count_cores(),
            advance,
        )
    outside = {p for p, f in files.items() if not _is_inside(f, root)}
    trouble = label_trouble(entries, classes)
    return _conclude(entries, trouble, examined, outside, min_frames)


def _is_inside(file: str, root: str | Path) -> bool:
    here, there = os.path.abspath(root), os.path.abspath(file)
    return os.path.commonpath([here, there]) == here


def _examine_all(
    files: dict[str, str],
    decode: str,
    limit: float,
    known: CheckCache[Examination],
    workers: int,
    advance: Callable[[], None],
) -> dict[str, Examination]:
    """What is found out about each video, by its path."""
    results: dict[str, Examination] = {}
    versions, tasks = {}, []
    for path, file in files.items():
        try:
            versions[path] = version_of(file)
        except (OSError, StNetInputError):
            # Says what is wrong, which takes no time.
            results[path] = examine(file, decode)
            advance()
            continue
        examined = known.get(os.path.abspath(file), versions[path])
        if examined is None or examined.kind != finding.OK:
            tasks.append((path, file, decode))
        else:
            results[path] = examined
            advance()

    def take(result: tuple[str, Examination]) -> None:
        path, examined = result
        results[path] = examined
        # Of all else the disk or the machine may have been the cause.
        if examined.kind == finding.OK:
            known.add(os.path.abspath(files[path]), versions[path], examined)
        advance()

    run_watched(_examine, tasks, _lose, workers, limit, take)
    return results


def _examine(path: str, file: str, decode: str) -> tuple[str, Examination]:
    return path, examine(file, decode)


def _lose(task: tuple[str, str, str], why: str) -> tuple[str, Examination]:
    return task[0], Examination(finding.LOST, why)


def _conclude(
    entries: Sequence[Entry],
    trouble: dict[int, str],
    examined: dict[str, Examination],
    outside: set[str],
    min_frames: int,
) -> list[Finding]:
    """One finding for each entry: the first of all that may be wrong."""
    first: dict[tuple, Entry] = {}
    findings = []
    for i, entry in enumerate(entries):
        found = examined[entry.path]
        # Parts of one video are clips of their own.
        clip = (found.content, entry.part)
        if i in trouble:
            kind, detail = finding.LABEL, trouble[i]
        elif found.kind != finding.OK:
            kind, detail = found.kind, found.detail
        elif entry.path in outside:
            kind, detail = finding.OUTSIDE, entry.place
        elif found.frames < min_frames:
            kind = finding.TOO_SHORT
            detail = f'{found.frames} of {min_frames} frames'
        elif (other := first.setdefault(clip, entry)) is not entry:
            kind, detail = finding.DUPLICATE, f'as {other.path}'
            if other.labels != entry.labels:
                detail += f', which has the label {" ".join(other.labels)}'
        else:
            kind, detail = finding.OK, ''
        findings.append(Finding(entry.path, kind, detail, entry.line))
    return findings
