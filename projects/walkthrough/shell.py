"""A shell that types commands, one after the other, and takes their times."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TIMEOUT = 3600  # seconds for a command
# What follows a command in the shell says how it ended.
_MARK = '-- status'
# Of what a command prints, so many lines at its end are kept, without
# pip's progress, MMEngine's log but for accuracies, and words of other
# packages to their developers.
KEPT = 20
_NOISE = re.compile(
    r'^\s*$|Warning|warnings\.warn|^WARNING|^ *Downloading |'
    r'mmengine - INFO(?!.* acc/)|^\([A-Z_]+ *\) |^ -+ *$|'
    r'^(before|after)_\w+:$|^  import pkg_resources|_bootstrap\._exec|'
    '^Processing |^Collecting |^Looking in |━|^Requirement already '
)


@dataclass(frozen=True)
class Typed:
    """A command that was typed.

    Attributes:
        command (str): The command.
        seconds (float): How long it took.
        lines (list[str]): The last of what it printed.
        status (int): Its exit status.
    """

    command: str
    seconds: float
    lines: list[str]
    status: int

    def to_dict(self) -> dict:
        """The attributes as plain data."""
        return asdict(self)


def type_commands(
    commands: Sequence[str], folder: Path, log: Path
) -> list[Typed]:
    """Type commands into one shell, until one of them fails.

    Args:
        commands (Sequence[str]): The commands; one that ends with ``&`` goes
            on in the background until the last one has ended.
        folder (Path): Where to.
        log (Path): Gets all that they print.

    Returns:
        list[Typed]: What came of them.
    """
    # As a user's: nothing of the environment that runs this.
    hidden = ('PYTHONPATH', 'VIRTUAL_ENV')
    env = {k: v for k, v in os.environ.items() if k not in hidden}
    typed = []
    with open(log, 'w', encoding='utf-8') as file, subprocess.Popen(
        ['bash', '--noprofile', '--norc'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=env,
        text=True,
        errors='replace',
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        for command in commands:
            # Nothing may read what is typed next.
            print(
                f'{{ {command}\n}} < /dev/null\n'
                f'status=$?; echo; echo {shlex.quote(_MARK)} $status',
                file=shell.stdin,
                flush=True,
            )
            file.write(f'$ {command}\n')
            start, lines = time.time(), []
            for line in shell.stdout:
                if line.startswith(_MARK):
                    break
                file.write(line)
                file.flush()
                lines.append(line.rstrip('\n').split('\r')[-1])
            else:
                line = f'{_MARK} {shell.wait()}'  # the shell has ended
            status = int(line.split()[-1])
            seconds = round(time.time() - start, 1)
            typed.append(Typed(command, seconds, shorten(lines), status))
            if status:
                break
        if shell.poll() is None:
            print('kill $(jobs -p)', file=shell.stdin, flush=True)
    return typed


def shorten(lines: Sequence[str]) -> list[str]:
    """What is worth reading of what a command printed.

    Args:
        lines (Sequence[str]): All lines.

    Returns:
        list[str]: The last 20 that are no noise, after ``'...'`` if there
        are more.
    """
    kept = [line for line in lines if not _NOISE.search(line)]
    return ['...', *kept[-KEPT:]] if len(kept) > KEPT else kept
