"""Accuracies of many runs, pooled over folds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
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


class Pooled(NamedTuple):
    """Accuracy over all clips of all folds, by seed.

    Attributes:
        values (list[float]): In [0, 1], of each seed that has all folds.
        clips (int): How many clips.
    """

    values: list[float]
    clips: int

    def __str__(self) -> str:
        if not self.values:
            return ''
        text = f'{100 * mean(self.values):.1f}'
        if len(self.values) > 1:
            text += f' ± {100 * stdev(self.values):.1f}'
        return text


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
    for record in records:
        run = Run(**record['run'])
        if Row(run.model, run.data, run.variant, run.examples) != row:
            continue
        predicted = record['predicted']
        if control is not None:
            predicted = record['controls'][control]
        right[run.seed][run.fold] = [
            p == label for p, label in zip(predicted, record['labels'])
        ]
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
    for record in records:
        run = Run(**record['run'])
        if Row(run.model, run.data, run.variant, run.examples) != row:
            continue
        predicted = record['predicted']
        if control is not None:
            predicted = record['controls'][control]
        for label, guess in zip(record['labels'], predicted):
            table[label][guess] += 1
    return table
