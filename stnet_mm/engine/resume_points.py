"""Checkpoints to go on from: which are whole, and which is the newest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mmengine.logging import MMLogger

from ..errors import StNetInputError
from ..utils.archive_check import is_whole
from ..utils.atomic import temporary_name

# The folder, in the work directory, of those that only serve to go on.
FOLDER = 'resume'
_NAMES = ('epoch_*.pth', 'iter_*.pth', f'{FOLDER}/iter_*.pth')


def newest_whole(work_dir: str | Path) -> Path | None:
    """The newest checkpoint of a work directory that is whole.

    It is the one that ``last_checkpoint`` names, as files may have new times
    in a copy of the folder; else that of the latest time.

    Args:
        work_dir (str | Path): The work directory. Damaged checkpoints are
            reported in the log, and passed over.

    Returns:
        Path | None: The checkpoint; None if there is none.

    Raises:
        StNetInputError: If all are damaged.
    """
    path = None
    for path in _newest_first(Path(work_dir)):
        if is_whole(path):
            return path
        MMLogger.get_current_instance().warning(
            f'{path} is damaged: looking for the checkpoint before it'
        )
    if path is not None:
        raise StNetInputError(
            f'all checkpoints in {work_dir} are damaged: remove them to start '
            'from the beginning'
        )
    return None


def tidy(work_dir: str | Path) -> None:
    """Remove what a killed training left half-written.

    Args:
        work_dir (str | Path): The work directory.
    """
    for folder in (Path(work_dir), Path(work_dir, FOLDER)):
        for leftover in folder.glob(temporary_name('*.pth', '*')):
            leftover.unlink()


def prune(work_dir: str | Path, keep: int) -> None:
    """Remove old checkpoints that only serve to go on.

    Args:
        work_dir (str | Path): The work directory.
        keep (int): How many to keep.
    """
    paths = _by_age(Path(work_dir, FOLDER).glob('iter_*.pth'))
    for path in paths[keep:]:
        path.unlink()
    folder = Path(work_dir, FOLDER)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _newest_first(work_dir: Path) -> list[Path]:
    paths = _by_age({p for name in _NAMES for p in work_dir.glob(name)})
    noted = _noted(work_dir)
    if noted is None:
        return paths
    return [noted, *(p for p in paths if p.resolve() != noted.resolve())]


def _noted(work_dir: Path) -> Path | None:
    """The last one by MMEngine's note."""
    note = work_dir / 'last_checkpoint'
    if not note.exists():
        return None
    noted = Path(note.read_text().strip())
    # The folder may have been moved, or be a copy of the one that is named.
    inside = noted.parts[-2:] if noted.parent.name == FOLDER else [noted.name]
    for path in (work_dir.joinpath(*inside), noted):
        if path.is_file():
            return path
    return None


def _by_age(paths: Iterator[Path] | set[Path]) -> list[Path]:
    return sorted(paths, key=lambda p: os.stat(p).st_mtime_ns, reverse=True)
