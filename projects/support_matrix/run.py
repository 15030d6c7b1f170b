"""Trying a row."""

from __future__ import annotations

import subprocess
import time
from datetime import date
from pathlib import Path

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


def try_row(row: Row, wheel: Path, scratch: Path, suites: bool) -> dict:
    """Make the environment of a row, try everything in it, and remove it.

    Args:
        row (Row): The row.
        wheel (Path): The wheel of this package.
        scratch (Path): Where to make it. What the steps print stays there.
        suites (bool): Whether the package's own tests are run, too, if it
            is one of the rows for that.

    Returns:
        dict: What came of it, for JSON: ``date``, ``commit``, ``installed``
        (versions), ``decoders`` (that decode H.264), ``install_seconds``,
        ``compile_seconds``, ``smoke_seconds`` and ``steps`` (by name:
        ``state``, ``reason`` and ``seconds``).
    """
    record: dict = dict(date=date.today().isoformat(), commit=find_commit())
    python = find_python(row.python)
    if python is None:
        reason = f'no Python {row.python}'
        return {
            **record,
            'steps': as_record({'install': Outcome('not run', reason)}),
        }
    environment = Environment(row, python, scratch / 'environments')
    done: dict[str, Outcome] = {}
    start = time.monotonic()
    try:
        try:
            environment.make(wheel)
        except InstallError as error:
            done['install'] = Outcome('red', str(error))
            return {**record, 'steps': as_record(done)}
        seconds = round(time.monotonic() - start)
        done['install'] = Outcome('green', seconds=seconds)
        installed = environment.list_packages()
        place = Workplace(
            environment,
            scratch / 'videos',
            scratch / 'work',
            scratch / 'logs' / row.name,
        )
        place.prepare()
        start = time.monotonic()
        try_steps(place, STEPS, done)
        smoke = round(time.monotonic() - start)
        if suites and row.suites:
            environment.install(*SUITE_PACKAGES)
            try_steps(place, SUITES, done)
    finally:
        environment.remove()
    tried = place.report.get('decoders', {}).get('results', {})
    return dict(
        **record,
        installed=installed,
        decoders=[n for n, faults in tried.items() if faults['h264'] is None],
        install_seconds=seconds,
        compile_seconds=environment.compile_seconds,
        smoke_seconds=smoke,
        steps=as_record(done),
    )


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
