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


def predicted_in(record: dict, test: str | None = None) -> list[int]:
    """What a run predicts for its test clips.

    Args:
        record (dict): Its result.
        test (str, optional): One of ``controls.CONTROLS`` or of
            ``protocols.PROTOCOLS``. Defaults to None, the recipe's.

    Returns:
        list[int]: Class of each clip.
    """
    if test is None:
        return record['predicted']
    return {**record['controls'], **record.get('protocols', {})}[test]


def right_in(record: dict, test: str | None = None) -> list[bool]:
    """Which clips of a run are predicted right.

    Args:
        record (dict): Its result.
        test (str, optional): As in ``predicted_in``.

    Returns:
        list[bool]: Of each test clip.
    """
    predicted = predicted_in(record, test)
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


def pool(records: Iterable[dict], row: Row, test: str | None = None) -> Pooled:
    """Pool the folds of a row.

    Args:
        records (Iterable[dict]): Results, as ``train_and_test`` returns them.
        row (Row): Which of them.
        test (str, optional): As in ``predicted_in``.

    Returns:
        Pooled: The accuracy of each seed.
    """
    right: dict[int, dict[int, list[bool]]] = defaultdict(dict)
    for run, record in runs_of(records, row):
        right[run.seed][run.fold] = right_in(record, test)
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
    records: Iterable[dict], row: Row, test: str | None, classes: int
) -> list[list[int]]:
    """How often each class is taken for each, over folds and seeds.

    Args:
        records (Iterable[dict]): Results.
        row (Row): Which of them.
        test (str, optional): As in ``predicted_in``.
        classes (int): Number of classes.

    Returns:
        list[list[int]]: Clips by true (row) and predicted (column) class.
    """
    table = [[0] * classes for _ in range(classes)]
    for _, record in runs_of(records, row):
        guesses = predicted_in(record, test)
        for label, guess in zip(record['labels'], guesses):
            table[label][guess] += 1
    return table
