"""Checking that every clip can be trained on."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Callable, NamedTuple

from ...errors import StNetInputError
from ...utils.error_lines import reason_of
from ...utils.progress import progress_bar
from ...utils.watched_workers import run_watched
from ...utils.workers import count_cores
from ..transforms.frame_folder import version_of
from .check_cache import CheckCache
from .clip import Clip
from .duplicates import find_duplicates
from .notes import Note, make_notes
from .probing import Probe, probe_clip

# Seconds in which reading goes on, or it hangs.
LIMIT = 60.0


class ClipCheck(NamedTuple):
    """What a check found out.

    Attributes:
        frames (dict[str, int]): Number of frames, by the path of a clip.
        contents (dict[str, str]): Hash of the content, by the path.
        unreadable (dict[str, str]): Why a clip cannot be read, by the path.
        short (list[str]): Paths of clips with too few frames.
        min_frames (int): What is not too few.
        duplicates (list[list[str]]): Paths of clips of the same content,
            which are in one class and split.
    """

    frames: dict[str, int]
    contents: dict[str, str]
    unreadable: dict[str, str]
    short: list[str]
    min_frames: int
    duplicates: list[list[str]]

    def keep(self, clips: Sequence[Clip]) -> list[Clip]:
        """Leave out clips that are unreadable or too short.

        Args:
            clips (Sequence[Clip]): The clips that were checked.

        Returns:
            list[Clip]: The others.

        Raises:
            StNetInputError: If a class loses all of its clips.
        """
        bad = {*self.unreadable, *self.short}
        kept = [clip for clip in clips if clip.path not in bad]
        labels = {clip.label for clip in kept}
        for clip in clips:
            if clip.label not in labels:
                why = self.unreadable.get(clip.path, self._too_short)
                raise StNetInputError(
                    f'no clip of the class {clip.label!r} can be used, such '
                    f'as {clip.path}: {why}; add others or remove the class'
                )
        return kept

    @property
    def _too_short(self) -> str:
        return f'fewer than {self.min_frames} frames'

    def notes(self) -> list[Note]:
        """What is to be said about clips.

        Returns:
            list[Note]: Unreadable and short ones, which ``keep`` leaves out,
            and duplicates, which it keeps.
        """
        reasons = defaultdict(list)
        for path, why in self.unreadable.items():
            reasons[f'unreadable, {why}'].append(path)
        reasons[self._too_short] = self.short
        reasons['kept, though of the same content as another clip'] = [
            path for paths in self.duplicates for path in paths[1:]
        ]
        return make_notes(reasons)


def check_clips(
    clips: Sequence[Clip],
    root: str | Path,
    min_frames: int = 1,
    cache: str | Path | None = None,
    workers: int | None = None,
) -> ClipCheck:
    """Open every clip, decode three frames of it and compare the contents.

    Args:
        clips (Sequence[Clip]): The clips.
        root (str | Path): The folder that their paths are relative to.
        min_frames (int): Number of frames of which a clip is not too short.
            Defaults to 1.
        cache (str | Path, optional): A file for the results: what is in it
            is not checked again, unless size or time of the clip has changed
            since or it was unreadable. Defaults to None: nothing is kept.
        workers (int, optional): Number of processes. Defaults to None, the
            number of cores.

    Returns:
        ClipCheck: What was found out.

    Raises:
        StNetInputError: If clips of the same content are in different
            classes or splits, or ``cache`` cannot be written.
    """
    files = {clip.path: os.path.join(root, clip.path) for clip in clips}
    known = CheckCache(Probe, cache)
    with progress_bar(len(files), 'checking clips') as advance:
        results = _check_all(files, known, workers, advance)
    probes, unreadable = {}, {}
    for path in files:
        result = results[path]
        if isinstance(result, Probe):
            probes[path] = result
        else:
            unreadable[path] = result
    contents = {path: probe.content for path, probe in probes.items()}
    return ClipCheck(
        frames={path: probe.frames for path, probe in probes.items()},
        contents=contents,
        unreadable=unreadable,
        short=[p for p, probe in probes.items() if probe.frames < min_frames],
        min_frames=min_frames,
        duplicates=find_duplicates(clips, contents),
    )


def _check_all(
    files: dict[str, str],
    known: CheckCache[Probe],
    workers: int | None,
    advance: Callable[[], None],
) -> dict[str, Probe | str]:
    """What is found out about each clip, or why it cannot be read."""
    results: dict[str, Probe | str] = {}

    def take(checked: _Checked) -> None:
        results[checked.path] = checked.result
        if isinstance(checked.result, Probe):
            known.add(checked.path, checked.version, checked.result)
        advance()

    tasks = []
    for path, file in files.items():
        try:
            version = version_of(file)
        except (OSError, StNetInputError) as error:
            results[path] = reason_of(error, file)
            advance()
            continue
        probe = known.get(path, version)
        if probe is None:
            tasks.append((path, file, version))
        else:
            results[path] = probe
            advance()
    workers = workers or count_cores()
    run_watched(_check, tasks, _lost, workers, LIMIT, take)
    return results


class _Checked(NamedTuple):
    path: str
    version: tuple[int, int]
    result: Probe | str


def _check(path: str, file: str, version: tuple[int, int]) -> _Checked:
    try:
        return _Checked(path, version, probe_clip(file))
    except (OSError, StNetInputError) as error:
        return _Checked(path, version, reason_of(error, file))


def _lost(task: tuple[str, str, tuple[int, int]], why: str) -> _Checked:
    path, _, version = task
    return _Checked(path, version, why)
