"""Interleaved timings, and tables of them."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table


class Case(NamedTuple):
    """Something to time.

    Attributes:
        name (str): Its name.
        run (Callable[[], object]): What is timed.
        work (float): How much it does, in the unit of the comparison. Defaults
            to 0, not stated.
        bits (int): Bits of the numbers that it computes with, 16 or 32.
            Defaults to 32.
    """

    name: str
    run: Callable[[], object]
    work: float = 0.0
    bits: int = 32


class Report:
    """Runs comparisons and keeps their results.

    Args:
        repeats (int): How often every case runs; it runs once more
            before, unmeasured.
    """

    def __init__(self, repeats: int) -> None:
        self.repeats = repeats
        self.tables: list[dict] = []
        # Wide enough for every table, also in a file.
        self.console = Console(width=110)

    def compare(
        self,
        title: str,
        cases: list[Case],
        unit: str = '',
        clock: Callable[[], float] = time.perf_counter,
    ) -> list[dict]:
        """Time cases in turn, so that a busy machine slows them alike.

        Args:
            title (str): Title of the table.
            cases (list[Case]): The first is what the others are
                compared with.
            unit (str): Unit of the cases' work. Defaults to ``''``.
            clock (Callable): Seconds so far: ``time.perf_counter``, or
                ``time.process_time`` for the time that processors spent.

        Returns:
            list[dict]: A row per case: ``name``, seconds ``median``,
            ``low`` and ``high``, ``speedup`` against the first, and ``rate``
            in units per second.
        """
        times: dict[str, list[float]] = {c.name: [] for c in cases}
        rounds = range(self.repeats + 1)
        for i in track(rounds, title, console=self.console, transient=True):
            for case in cases:
                start = _now(clock)
                case.run()
                if i:
                    times[case.name].append(_now(clock) - start)
        first = statistics.median(times[cases[0].name])
        rows = []
        for case in cases:
            measured = times[case.name]
            median = statistics.median(measured)
            rows.append(
                dict(
                    name=case.name,
                    median=median,
                    low=min(measured),
                    high=max(measured),
                    speedup=first / median,
                    rate=case.work / median,
                )
            )
        self._show_times(title, rows, unit)
        self.tables.append(dict(title=title, unit=unit, rows=rows))
        return rows

    def _show_times(self, title: str, rows: list[dict], unit: str) -> None:
        table = Table(title=title, title_justify='left')
        table.add_column('case')
        columns = ['median ms', 'low-high ms', 'speedup']
        if unit:
            columns.append(f'{unit}/s')
        for column in columns:
            table.add_column(column, justify='right')
        for row in rows:
            low, high = (_digits(row[key] * 1e3) for key in ('low', 'high'))
            cells = [
                row['name'],
                _digits(row['median'] * 1e3),
                f'{low}-{high}',
                f'{row["speedup"]:.2f}',
            ]
            if unit:
                cells.append(_digits(row['rate']) if row['rate'] else '')
            table.add_row(*cells)
        self.console.print(table)

    def facts(self, title: str, rows: list[dict]) -> None:
        """Show and keep figures that are no timings.

        Args:
            title (str): Title of the table.
            rows (list[dict]): Rows of the same keys.
        """
        table = Table(title=title, title_justify='left')
        for key in rows[0]:
            table.add_column(key)
        for row in rows:
            cells = [
                _digits(v) if isinstance(v, float) else str(v)
                for v in row.values()
            ]
            table.add_row(*cells)
        self.console.print(table)
        self.tables.append(dict(title=title, rows=rows))


def _digits(value: float) -> str:
    """Three digits or more, no exponent unless the figure is tiny."""
    return f'{value:,.0f}' if abs(value) >= 1000 else f'{value:.3g}'


def machine() -> dict[str, object]:
    """What the figures hold for."""
    processor = platform.processor()
    try:
        with open('/proc/cpuinfo') as lines:
            processor = next(
                line.partition(': ')[2].strip()
                for line in lines
                if line.startswith('model name')
            )
    except (OSError, StopIteration):
        pass
    gpu = torch.cuda.is_available()
    return {
        'processor': processor,
        'instructions': torch.backends.cpu.get_cpu_capability(),
        'cores': os.cpu_count(),
        'threads': torch.get_num_threads(),
        'GPU': torch.cuda.get_device_name() if gpu else 'none',
        'torch': torch.__version__,
        'Python': platform.python_version(),
    }


def _now(clock: Callable[[], float]) -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return clock()
