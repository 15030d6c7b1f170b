"""From records to rows: what is missing, learning rates, means, spreads."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean, stdev
from typing import NamedTuple

from .grids import Grid, Row
from .records import Records
from .run import Run

FIGURES = ('accuracy', 'local_pairs', 'global_pairs')


class Summary(NamedTuple):
    """What is known of a row.

    Attributes:
        row (Row): The row.
        rate (float): The learning rate that was chosen.
        records (list[dict]): Its records, one for each seed done.
        means (dict[str, float]): Mean of each of ``FIGURES`` over the seeds.
        spreads (dict[str, float]): Their standard deviations; 0 for a single
            seed.
    """

    row: Row
    rate: float
    records: list[dict]
    means: dict[str, float]
    spreads: dict[str, float]


def best_rate(grid: Grid, row: Row, records: Records) -> float | None:
    """The learning rate with the best validation accuracy at the end.

    Args:
        grid (Grid): The grid.
        row (Row): One of its rows.
        records (Records): The results.

    Returns:
        float | None: The rate; None while one has not been tried. Of equals,
        the lowest.
    """
    runs = grid.search(row)
    if not all(run in records for run in runs):
        return None
    best = max(runs, key=lambda c: (records[c]['validation'][-1], -c.lr))
    return best.lr


def missing_runs(grid: Grid, records: Records) -> Iterator[Run]:
    """What of a grid has not been run, in turn.

    All rows come with one seed first, so that an unfinished grid can be read.
    What comes next depends on the results so far: take a run, carry it
    out and add its record before you take the next.

    Args:
        grid (Grid): The grid.
        records (Records): The results.

    Yields:
        Run: What to run.
    """
    for row in grid.rows:
        for run in grid.search(row):
            if run not in records:
                yield run
    for seed in grid.seeds:
        for row in grid.rows:
            run = grid.run_of(row, best_rate(grid, row, records), seed)
            if run not in records:
                yield run


def summarize(grid: Grid, row: Row, records: Records) -> Summary | None:
    """Mean and spread of a row.

    Args:
        grid (Grid): The grid.
        row (Row): One of its rows.
        records (Records): The results.

    Returns:
        Summary | None: The summary; None if the learning rate is not chosen
        yet.
    """
    rate = best_rate(grid, row, records)
    if rate is None:
        return None
    runs = grid.repeats(row, rate)
    done = [records[run] for run in runs if run in records]
    figures = {n: mean_and_spread([r[n] for r in done]) for n in FIGURES}
    return Summary(
        row,
        rate,
        done,
        {name: middle for name, (middle, _) in figures.items()},
        {name: spread for name, (_, spread) in figures.items()},
    )


def mean_and_spread(values: list[float]) -> tuple[float, float]:
    """Mean and standard deviation over the seeds.

    Args:
        values (list[float]): A figure for each seed.

    Returns:
        tuple[float, float]: Mean, and deviation; 0 for a single seed.
    """
    return mean(values), stdev(values) if len(values) > 1 else 0.0
