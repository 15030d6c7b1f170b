"""What the study trains: named grids of rows, and the rows' runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from stnet_mm.errors import check_choice

from .run import Run

# The models in the folder configs. In each group what is compared comes first.
MODELS = (
    *('stnet', 'txb', 'tmb-mean', 'tmb-max', 'paper-order'),
    *('average', 'lstm', 'gru', 'lstm-2-mean'),
    *('tsn', 'single-frames', 'lrcn-lstm', 'lrcn-gru', 'tsm'),
    *('c3d', 'p3d'),
)


@dataclass(frozen=True)
class Row:
    """A model on a level of the data set: a row of a table.

    Attributes:
        model (str): See ``Run``; so are the others.
        level (int): Level of the data set.
        num_frames (int): N. Defaults to 4.
        num_segments (int): T. Defaults to 4.
    """

    model: str
    level: int
    num_frames: int = 4
    num_segments: int = 4


@dataclass(frozen=True)
class Grid:
    """Rows that are trained alike.

    Every learning rate is tried with the first seed; the one with the best
    accuracy on the validation videos is trained with the other seeds.

    Attributes:
        rows (tuple[Row, ...]): The rows.
        rates (tuple[float, ...]): Learning rates to choose from.
        seeds (tuple[int, ...]): Seeds.
        epochs (int): Epochs. Defaults to 6.
    """

    rows: tuple[Row, ...]
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    epochs: int = 6

    def search(self, row: Row) -> list[Run]:
        """The runs that choose the learning rate.

        Args:
            row (Row): One of the rows.

        Returns:
            list[Run]: One for each rate.
        """
        return [self.run_of(row, rate, self.seeds[0]) for rate in self.rates]

    def repeats(self, row: Row, rate: float) -> list[Run]:
        """The runs of a row with the chosen learning rate.

        Args:
            row (Row): One of the rows.
            rate (float): The learning rate.

        Returns:
            list[Run]: One for each seed.
        """
        return [self.run_of(row, rate, seed) for seed in self.seeds]

    def run_of(self, row: Row, rate: float, seed: int) -> Run:
        """A row's run with a learning rate and a seed."""
        return Run(
            row.model,
            row.level,
            row.num_frames,
            row.num_segments,
            rate,
            seed,
            self.epochs,
        )

    def only(self, models: Sequence[str]) -> Grid:
        """The rows of some models.

        Args:
            models (Sequence[str]): Their names; none stands for all.

        Returns:
            Grid: The grid.

        Raises:
            StNetInputError: If the grid has no such model.
        """
        return replace(self, rows=tuple(of_models(self.rows, models)))

    def count(self) -> int:
        """How many runs there are."""
        return len(self.rows) * (len(self.rates) + len(self.seeds) - 1)


def of_models(items: Sequence[Any], models: Sequence[str]) -> list[Any]:
    """The rows or runs of some models.

    Args:
        items (Sequence[Any]): What has a ``model``.
        models (Sequence[str]): Names of models; none stands for all.

    Returns:
        list[Any]: Those of the models.

    Raises:
        StNetInputError: If none is of one of the models.
    """
    known = list(dict.fromkeys(item.model for item in items))
    for model in models:
        check_choice('model for this experiment', model, known)
    return [item for item in items if not models or item.model in models]


def _ablation(level: int) -> tuple[Row, ...]:
    """StNet over N and T, each in {1, 3, 5, 7}."""
    sizes = (1, 3, 5, 7)
    return tuple(Row('stnet', level, n, t) for n in sizes for t in sizes)


GRIDS = {
    # For a CPU: what is order-blind and what is not, on the easy level.
    'quick': Grid(
        tuple(
            Row(model, 1)
            for model in ('stnet', 'average', 'tsn', 'txb', 'lstm')
        ),
        rates=(3e-3,),
        seeds=(0, 1, 2),
    ),
    # Those of level 4 are fine-tuned, and their maps scored, as well.
    'levels': Grid(
        tuple(
            Row(model, level)
            for level in (4, 3, 2)
            for model in ('stnet', 'average', 'tsn')
        ),
        rates=(3e-3,),
        seeds=(0, 1, 2),
    ),
    # All models on the hardest level.
    'models': Grid(
        tuple(Row(model, 5) for model in MODELS),
        rates=(3e-3, 1e-2),
        seeds=(0, 1, 2),
    ),
    # What the hardest level takes: as long as a 3-D network in the grid above.
    'longer': Grid(
        tuple(Row(model, 5) for model in ('stnet', 'average')),
        rates=(3e-3, 1e-2),
        seeds=(0, 1, 2),
        epochs=18,
    ),
    'sizes': Grid(_ablation(4), rates=(3e-3,), seeds=(0, 1, 2)),
}
