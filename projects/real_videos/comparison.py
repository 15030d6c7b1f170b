"""Two recipes, or two tests, on the folds and seeds that both have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
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
    common = sorted(right[row].keys() & right[base].keys())
    return _difference([(right[row][at], right[base][at]) for at in common])


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
    return _difference(pairs)


def _difference(
    pairs: Sequence[tuple[list[bool], list[bool]]],
) -> Difference | None:
    """The difference over runs: which clips were right in each of a pair."""
    if not pairs:
        return None
    accuracies = [mean(chain.from_iterable(runs)) for runs in zip(*pairs)]
    return Difference(*accuracies, [mean(t) - mean(b) for t, b in pairs])
