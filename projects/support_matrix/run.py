"""Trying a row."""

from __future__ import annotations

import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Iterator

from .environment import ROOT, Environment, InstallError, find_python
from .rows import Row
from .steps import (
    STEPS,
    SUITE_PACKAGES,
    SUITES,
    Outcome,
    Step,
    Workplace,
    as_record,
)


def try_row(
    row: Row, wheel: Path, scratch: Path, suites: bool
) -> Iterator[dict]:
    """Make the environment of a row, try everything in it, and remove it.

    Args:
        row (Row): The row.
        wheel (Path): The wheel of this package.
        scratch (Path): Where to make it. What the steps print stays there.
        suites (bool): Whether the package's own tests are run, too, if it
            is one of the rows for that.

    Yields:
        dict: What came of it so far, for JSON: ``date``, ``commit``,
        ``steps`` (by name: ``state``, ``reason`` and ``seconds``) and, if it
        could be installed, ``installed`` (versions), ``decoders`` (that
        decode H.264), ``install_seconds``, ``compile_seconds`` and
        ``smoke_seconds``.
    """
    record: dict = dict(date=date.today().isoformat(), commit=find_commit())
    done: dict[str, Outcome] = {}
    chosen = [suite for suite in SUITES if suite.name in row.suites]
    python = find_python(row.python)
    if python is None:
        done['install'] = Outcome('not run', f'no Python {row.python}')
        yield dict(record, steps=as_record(done))
        return
    environment = Environment(row, python, scratch / 'environments')
    start = time.monotonic()
    try:
        environment.make(wheel)
        seconds = round(time.monotonic() - start)
        done['install'] = Outcome('green', seconds=seconds)
        record.update(
            installed=environment.list_packages(),
            install_seconds=seconds,
            compile_seconds=environment.compile_seconds,
        )
        place = Workplace(
            environment,
            scratch / 'videos',
            scratch / 'work',
            scratch / 'logs' / row.name,
        )
        place.prepare()
        start = time.monotonic()
        try_steps(place, STEPS, done)
        record.update(
            decoders=place.list_decoders(),
            smoke_seconds=round(time.monotonic() - start),
        )
        yield dict(record, steps=as_record(done))
        if suites and chosen:
            # Only now, as the steps above must do without.
            environment.install(*SUITE_PACKAGES)
            for suite in chosen:
                try_steps(place, (suite,), done)
                yield dict(record, steps=as_record(done))
    except InstallError as error:
        # It is what the tests need if all else was installed.
        tests = [suite.name for suite in chosen]
        failed = tests if 'install' in done else ['install']
        done.update(dict.fromkeys(failed, Outcome('red', str(error))))
        yield dict(record, steps=as_record(done))
    finally:
        environment.remove()


def try_steps(
    place: Workplace, steps: tuple[Step, ...], done: dict[str, Outcome]
) -> None:
    """Try steps one after another, and tell of each.

    Args:
        place (Workplace): Where to run them.
        steps (tuple[Step, ...]): The steps.
        done (dict[str, Outcome]): What came of each is added by its name.
    """
    for step in steps:
        outcome = done[step.name] = place.try_step(step, done)
        print(
            f'  {step.name:16}{outcome.state:8}{outcome.seconds:6.0f} s  '
            f'{outcome.reason}',
            flush=True,
        )


def find_commit() -> str:
    """What git calls this checkout; empty without git."""
    command = ['git', 'describe', '--always', '--dirty']
    try:
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True
        )
    except FileNotFoundError:
        return ''
    return result.stdout.strip()
