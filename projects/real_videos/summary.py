"""Accuracies of many runs, pooled over folds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean, stdev
from typing import NamedTuple

from .data import FOLDS
from .run import Run


class Row(NamedTuple):
    """What the runs of a row of a table have in common.

    Attributes:
        model (str): As in ``Run``, like the rest.
        data (str): Data set.
        variant (str): Variant of the recipe.
        examples (int, optional): Clips of each class.
    """

    model: str
    data: str
    variant: str = 'recipe'
    examples: int | None = None


def runs_of(records: Iterable[dict], row: Row) -> Iterator[tuple[Run, dict]]:
    """The runs of a row.

    Args:
        records (Iterable[dict]): Results, as ``train_and_test`` returns them.
        row (Row): Which of them.

    Yields:
        tuple[Run, dict]: A run and its result.
    """
    for record in records:
        run = Run(**record['run'])
        if Row(run.model, run.data, run.variant, run.examples) == row:
            yield run, record


def right_in(record: dict, control: str | None = None) -> list[bool]:
    """Which clips of a run are predicted right.

    Args:
        record (dict): Its result.
        control (str, optional): One of ``controls.CONTROLS``. Defaults to
            None, the frames as they are.

    Returns:
        list[bool]: Of each test clip.
    """
    predicted = record['predicted']
    if control is not None:
        predicted = record['controls'][control]
    return [p == label for p, label in zip(predicted, record['labels'])]


class Pooled(NamedTuple):
    """Accuracy over all clips of all folds, by seed.

    Attributes:
        values (list[float]): In [0, 1], of each seed that has all folds.
        clips (int): How many clips.
    """

    values: list[float]
    clips: int

    def __str__(self) -> str:
        return mean_and_spread(self.values)


def mean_and_spread(values: Sequence[float]) -> str:
    """Say a mean and a standard deviation in percent.

    Args:
        values (Sequence[float]): Shares, in [0, 1].

    Returns:
        str: Both; the mean alone of a single one, and nothing of none.
    """
    if not values:
        return ''
    text = f'{100 * mean(values):.1f}'
    if len(values) > 1:
        text += f' ± {100 * stdev(values):.1f}'
    return text


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


def pool(
    records: Iterable[dict], row: Row, control: str | None = None
) -> Pooled:
    """Pool the folds of a row.

    Args:
        records (Iterable[dict]): Results, as ``train_and_test`` returns them.
        row (Row): Which of them.
        control (str, optional): One of ``controls.CONTROLS``. Defaults to
            None, the frames as they are.

    Returns:
        Pooled: The accuracy of each seed.
    """
    right: dict[int, dict[int, list[bool]]] = defaultdict(dict)
    for run, record in runs_of(records, row):
        right[run.seed][run.fold] = right_in(record, control)
    complete = [
        [clip for clips in folds.values() for clip in clips]
        for _, folds in sorted(right.items())
        if len(folds) == len(FOLDS[row.data])
    ]
    return Pooled(
        [sum(clips) / len(clips) for clips in complete],
        len(complete[0]) if complete else 0,
    )


def confusion(
    records: Iterable[dict], row: Row, control: str | None, classes: int
) -> list[list[int]]:
    """How often each class is taken for each, over folds and seeds.

    Args:
        records (Iterable[dict]): Results.
        row (Row): Which of them.
        control (str, optional): As in ``pool``.
        classes (int): Number of classes.

    Returns:
        list[list[int]]: Clips by true (row) and predicted (column) class.
    """
    table = [[0] * classes for _ in range(classes)]
    for _, record in runs_of(records, row):
        predicted = record['predicted']
        if control is not None:
            predicted = record['controls'][control]
        for label, guess in zip(record['labels'], predicted):
            table[label][guess] += 1
    return table
