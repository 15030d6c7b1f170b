"""The results of the study, read from its files."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

from projects.ordered_actions_study.grids import GRIDS, Grid
from projects.ordered_actions_study.localization import LocalizationRun
from projects.ordered_actions_study.records import Records
from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.summary import (
    Summary,
    mean_and_spread,
    summarize,
)
from projects.ordered_actions_study.transfer import (
    ORDERED,
    TransferRun,
    fingerprint_of,
)


class Results:
    """The results of every experiment.

    Args:
        folder (Path): Folder with a file for each experiment that was run.
        scale (str): A key of ``SCALES``. Defaults to ``'small'``.

    Attributes:
        scale (Scale): The scale.
        transfer (Records): Those of fine-tuning.
        localization (Records): Those of the maps.

    Raises:
        StNetInputError: If a file is damaged or of other data.
    """

    def __init__(self, folder: Path, scale: str = 'small') -> None:
        self.scale = SCALES[scale]
        self._summaries = {
            name: self._read(grid, folder / f'{name}.jsonl')
            for name, grid in GRIDS.items()
        }
        self.transfer = Records(
            folder / 'transfer.jsonl',
            lambda run: (
                fingerprint_of(ORDERED, folder, self.scale)
                if run.data == ORDERED
                else None  # real videos need not be at hand
            ),
            TransferRun,
        )
        self.localization = Records(
            folder / 'localization.jsonl',
            self.scale.fingerprint,
            LocalizationRun,
        )

    def __getitem__(self, name: str) -> list[Summary]:
        """The rows of a grid that have a result."""
        return self._summaries[name]

    def _read(self, grid: Grid, path: Path) -> list[Summary]:
        records = Records(path, self.scale.fingerprint)
        summaries = (summarize(grid, row, records) for row in grid.rows)
        return [summary for summary in summaries if summary is not None]


def transfer_sets(records: Records) -> list[str]:
    """What was fine-tuned on."""
    return list(dict.fromkeys(run.data for run in records))


def transfer_lines(
    records: Records, data: str
) -> dict[tuple[bool, str], dict[int, list[float]]]:
    """Mean class accuracies on a data set.

    Args:
        records (Records): Those of fine-tuning.
        data (str): The data set.

    Returns:
        dict: For each start (pretrained or not) and model, the accuracies of
        the seeds by the number of examples.
    """
    lines: dict[tuple[bool, str], dict[int, list[float]]] = {}
    # By model, examples, start and seed.
    for run in sorted(records, key=astuple):
        if run.data == data:
            line = lines.setdefault((run.pretrained, run.model), {})
            accuracy = records[run]['mean_class_accuracy']
            line.setdefault(run.examples, []).append(accuracy)
    return lines


def percent(values: list[float]) -> str:
    """Mean and, of several seeds, spread, in per cent."""
    middle, spread = mean_and_spread(values)
    text = f'{100 * middle:.1f}'
    return f'{text} ± {100 * spread:.1f}' if len(values) > 1 else text


def fastest(summary: Summary) -> float:
    """Seconds that the row's fastest training took."""
    times = [record['seconds'] for record in summary.records]
    return min((t for t in times if t is not None), default=float('nan'))
