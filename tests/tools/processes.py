"""Starting tools as users do, or quickly."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[2]
TIMEOUT = 300  # seconds


def start_tool(name: str, *args: object, cwd: Path) -> subprocess.Popen:
    """Start a tool afresh, or a module ``projects.NAME``.

    Its output and errors are readable as text.
    """
    env = tool_environment()
    program = [ROOT / 'tools' / f'{name}.py']
    if name.startswith('projects.'):
        program = ['-m', name]
        paths = [str(ROOT), env.get('PYTHONPATH')]
        env['PYTHONPATH'] = os.pathsep.join(filter(None, paths))
    return subprocess.Popen(
        [sys.executable, *program, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=env,
        # Whoever started the tests may have them ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    """A tool's exit status, output and errors; kills one that hangs."""
    try:
        out, err = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, err


def wait_for_line(process: subprocess.Popen, text: str = '') -> str:
    """The first line of a tool's output with a text; kills one that hangs.

    It is empty if there is no such line.
    """
    timer = Timer(TIMEOUT, process.kill)
    timer.start()
    try:
        return next((line for line in process.stdout if text in line), '')
    finally:
        timer.cancel()


def run_quickly(name: str, *args: object, cwd: Path) -> tuple[int, str, str]:
    """A tool's exit status, output and errors, without waiting for imports."""
    if not name.startswith('projects.'):
        result = PRELOADED.run(name, [str(arg) for arg in args], cwd)
        if result is not None:
            return result
    return finish(start_tool(name, *args, cwd=cwd))


def tool_environment() -> dict[str, str]:
    """Of a tool: few cores are shared by many processes."""
    return {**os.environ, 'PYTHONUNBUFFERED': '1', 'OMP_NUM_THREADS': '1'}


class Preloaded:
    """The process of ``preloaded.py``, started when it is first used.

    It ends with this process, when its stdin does.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def run(
        self, name: str, args: list[str], cwd: Path
    ) -> tuple[int, str, str] | None:
        """As ``run_quickly``; None if it cannot be done here."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name('preloaded.py')],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=tool_environment(),
                # With its copies it can be killed as a group.
                start_new_session=True,
            )
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder, 'tool')
            request = dict(
                program=str(ROOT / 'tools' / f'{name}.py'),
                args=args,
                cwd=str(cwd),
                env=tool_environment(),
                out=str(out),
            )
            self._process.stdin.write(json.dumps(request).encode() + b'\n')
            self._process.stdin.flush()
            status = json.loads(self._answer())
            if status is None:
                return None
            texts = [
                out.with_suffix(suffix).read_text()
                for suffix in ('.out', '.err')
            ]
        return (status, *texts)

    def _answer(self) -> bytes:
        stdout = self._process.stdout
        ready, _, _ = select.select([stdout], [], [], TIMEOUT)
        line = stdout.readline() if ready else b''
        if not line:
            self._kill()
            raise TimeoutError(f'no answer of a tool within {TIMEOUT} s')
        return line

    def _kill(self) -> None:
        """Kill it, and the tool that runs."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


PRELOADED = Preloaded()
