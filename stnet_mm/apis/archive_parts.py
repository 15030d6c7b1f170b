"""The file of an archive's results, of one process or of several."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from mmengine.dist import get_dist_info

from ..engine.agreement import Agreement
from ..errors import StNetInputError
from ..utils.atomic import open_atomically
from ..utils.launcher_death import end_with_launcher
from ..utils.result_lines import ResultLines

# How long processes that are done wait for the others.
PATIENCE = timedelta(days=30)


def join_processes(device: str | None, launcher: int) -> str | None:
    """Make the processes that torchrun has started known to each other.

    Args:
        device (str, optional): Device to run on. None: a GPU for each
            process, if there are any.
        launcher (int): Number of the parent when this process began.

    Returns:
        str | None: The device of this process.
    """
    if int(os.environ.get('WORLD_SIZE', 1)) < 2:
        return device
    end_with_launcher(launcher)
    # They exchange a few numbers only.
    dist.init_process_group('gloo')
    if device is None and torch.cuda.is_available():
        return f'cuda:{int(os.environ["LOCAL_RANK"])}'
    return device


class ArchiveParts:
    """Divides an archive among processes, and joins what they write.

    Each of N processes takes every N-th video and writes a part,
    ``NAME.partKofN``; at the end the first one makes one file of them, as
    one process would write it. All of them see the same folder.

    Args:
        out (str | Path): The file.
        videos (Sequence[str]): The videos, in the order of the lines.
        made_of (dict): What else the lines follow from, as plain data.
        resume (bool): Whether to go on with what is there.

    Attributes:
        rank (int): Number of this process.
        complete (bool): Whether all lines were there already.
        own (ResultLines): What this process has to write, if they were not.

    Raises:
        StNetInputError: As ``ResultLines``, or another number of processes
            has begun it.
        SystemExit: If another process has raised that.
    """

    def __init__(
        self,
        out: str | Path,
        videos: Sequence[str],
        made_of: dict,
        resume: bool,
    ) -> None:
        self._out, self._videos, self._made_of = Path(out), videos, made_of
        self.rank, self._world = get_dist_info()
        self._agreement = Agreement(PATIENCE)
        problem = None
        try:
            self._open(resume)
        except StNetInputError as error:
            problem = error
        # Nothing is written before all have looked, and one complains.
        mine = self._world - self.rank
        (first,) = self._agreement.on(mine if problem else 0)
        if problem and first == mine:
            raise problem
        if first:
            sys.exit(1)

    def _open(self, resume: bool) -> None:
        whole = self._lines(resume)
        there = self._out.exists()
        self.complete = there and whole.done == len(self._videos)
        if self.complete:
            return
        begun = {world for _, world in self._parts()}
        if there:
            begun.add(1)
        other = begun - {self._world}
        if other:
            raise StNetInputError(
                f'{self._out} was begun by another number of processes '
                f'({min(other)}): resume it with as many, or choose another '
                'name'
            )
        self.own = whole if self._world == 1 else self._part(self.rank, resume)

    def finish(self) -> ResultLines:
        """Join the parts, once every process has written its own.

        Returns:
            ResultLines: All lines.

        Raises:
            OSError: If they cannot be written.
        """
        self._agreement.on(0)
        if self.rank == 0:
            if self._world > 1 and not self.complete:
                self._join()
            for path, _ in self._parts():
                path.unlink()
                ResultLines.record_of(path).unlink(missing_ok=True)
        self._agreement.on(0)
        return self._lines(resume=True)

    def _join(self) -> None:
        parts = [self._part(k, resume=True) for k in range(self._world)]
        for part in parts:
            if part.done != len(part.videos):
                raise StNetInputError(
                    f'{part.path} is not complete: do all processes see the '
                    'same folder?'
                )
        self._lines(resume=False).write_record()
        with ExitStack() as stack, open_atomically(self._out) as file:
            lines = [stack.enter_context(open(p.path, 'rb')) for p in parts]
            for number in range(len(self._videos)):
                file.write(next(lines[number % self._world]))

    def _lines(self, resume: bool) -> ResultLines:
        return ResultLines(self._out, self._videos, self._made_of, resume)

    def _part(self, rank: int, resume: bool) -> ResultLines:
        name = f'{self._out.name}.part{rank}of{self._world}'
        videos = self._videos[rank :: self._world]
        path = self._out.with_name(name)
        return ResultLines(path, videos, self._made_of, resume)

    def _parts(self) -> list[tuple[Path, int]]:
        """The parts that are there, and of how many they are."""
        name = re.escape(self._out.name)
        folder = self._out.parent
        found = []
        for path in folder.iterdir() if folder.is_dir() else ():
            match = re.fullmatch(rf'{name}\.part\d+of(\d+)', path.name)
            if match:
                found.append((path, int(match[1])))
        return found
