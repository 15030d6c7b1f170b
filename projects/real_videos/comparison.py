"""Two recipes, or two tests, on the folds and seeds that both have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean
from typing import NamedTuple

from .summary import Row, right_in, runs_of


class Difference(NamedTuple):
    """Two rows on what both have run.

    Attributes:
        accuracy (float): Of the row, in [0, 1], over all clips.
        base (float): Of the other row.
        by_run (list[float]): Differences on each fold and seed that both have.
    """

    accuracy: float
    base: float
    by_run: list[float]

    def __str__(self) -> str:
        difference = 100 * (self.accuracy - self.base)
        runs = len(self.by_run)
        return f'{100 * self.accuracy:.1f} ({difference:+.1f}, {runs})'


def compare(records: Sequence[dict], row: Row, base: Row) -> Difference | None:
    """Compare two rows on the folds and seeds that both have run.

    Args:
        records (Sequence[dict]): Results.
        row (Row): One of the rows.
        base (Row): The other, of the same data set.

    Returns:
        Difference | None: None if they have nothing in common.
    """
    right = {
        key: {
            (run.fold, run.seed): right_in(record)
            for run, record in runs_of(records, key)
        }
        for key in (row, base)
    }
    common = right[row].keys() & right[base].keys()
    if not common:
        return None
    accuracies = [
        mean(clip for place in common for clip in right[key][place])
        for key in (row, base)
    ]
    by_run = [
        mean(right[row][place]) - mean(right[base][place])
        for place in sorted(common)
    ]
    return Difference(*accuracies, by_run)


def compare_tests(
    records: Iterable[dict], model: str, data: str, test: str
) -> Difference | None:
    """Compare two tests of the same networks, of all variants.

    Args:
        records (Iterable[dict]): Results.
        model (str): Network, as in ``Run``.
        data (str): Data set.
        test (str): One of ``protocols.PROTOCOLS``, beside the recipe's.

    Returns:
        Difference | None: None if no network has been tested so.
    """
    pairs = [
        (right_in(record, test), right_in(record))
        for record in records
        if (record['run']['model'], record['run']['data']) == (model, data)
        and test in record.get('protocols', {})
    ]
    if not pairs:
        return None
    accuracies = [mean(c for clips in t for c in clips) for t in zip(*pairs)]
    return Difference(*accuracies, [mean(t) - mean(b) for t, b in pairs])
