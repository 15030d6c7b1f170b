"""Running tools in copies of this process, which has imported their needs."""

from __future__ import annotations

import gc
import os
import random
import runpy
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Outcome(NamedTuple):
    """How a tool ended.

    Attributes:
        status (int): Its exit status; negative of a signal's number.
        out (str): What it printed.
        err (str): What it printed on stderr.
        megabytes (float): The most memory it took beside that of this
            process.
        hangs (bool): Whether it had to be killed.
    """

    status: int
    out: str
    err: str
    megabytes: float
    hangs: bool


def run_forked(
    program: Path, args: list[str], folder: Path, limit: float
) -> Outcome:
    """Run a program in a copy of this process.

    This process must have no other thread.

    Args:
        program (Path): The program.
        args (list[str]): Its arguments.
        folder (Path): The working directory.
        limit (float): Seconds after which it hangs.

    Returns:
        Outcome: How it ended.
    """
    before = _resident_megabytes()
    files = [folder / f'.tool.{kind}' for kind in ('out', 'err')]
    child = os.fork()
    if not child:
        # A session of its own: its workers are killed with it.
        os.setsid()
        _become(program, args, folder, files)
    end = time.monotonic() + limit
    hangs = False
    done, status, usage = os.wait4(child, os.WNOHANG)
    while not done:
        if time.monotonic() > end:
            hangs = True
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)
        done, status, usage = os.wait4(child, os.WNOHANG)
    code = (
        -os.WTERMSIG(status)
        if os.WIFSIGNALED(status)
        else os.WEXITSTATUS(status)
    )
    out, err = (file.read_text(errors='replace') for file in files)
    return Outcome(code, out, err, usage.ru_maxrss / 1024 - before, hangs)


def _resident_megabytes() -> float:
    pages = int(Path('/proc/self/statm').read_text().split()[1])
    return pages * os.sysconf('SC_PAGE_SIZE') / 2**20


def _become(
    program: Path, args: list[str], folder: Path, files: list[Path]
) -> None:
    """Be the tool; does not return."""
    status = 1
    try:
        for number, path in zip((1, 2), files):
            flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
            os.dup2(os.open(path, flags), number)
        sys.stdout = open(1, 'w', closefd=False)  # noqa: SIM115
        sys.stderr = open(2, 'w', closefd=False)  # noqa: SIM115
        os.chdir(folder)
        sys.path.insert(0, str(program.parent))
        sys.argv = [str(program), *args]
        random.seed()
        gc.unfreeze()
        runpy.run_path(str(program), run_name='__main__')
        status = 0
    except SystemExit as error:
        # As Python does at the end of a program.
        status = error.code if isinstance(error.code, int) else 0
        if isinstance(error.code, str):
            print(error.code, file=sys.stderr)
            status = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
