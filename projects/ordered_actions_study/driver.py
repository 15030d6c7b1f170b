"""Running what is missing of an experiment, and keeping the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .grids import GRIDS, of_models
from .localization import LOOKING, LookingCell, run_looking
from .records import Records
from .run import Cell
from .running import run_cell
from .scale import SCALES, Scale
from .summary import missing_cells
from .transfer import (
    ORDERED,
    TransferCell,
    fingerprint_of,
    run_transfer,
    transfer_cells,
)

EXPERIMENTS = (*GRIDS, 'transfer', 'looking')
# The grid whose networks are fine-tuned and looked through.
TRAINED = 'levels'
TOLD = (
    *('accuracy', 'local_pairs', 'global_pairs'),
    *('mean_class_accuracy', 'pointing', 'energy'),
)


@dataclass(frozen=True)
class Study:
    """Where the study's files are, and how large it is.

    Attributes:
        configs (Path): The folder ``configs``.
        results (Path): Folder for the results, a file for each experiment.
        data (Path): Folder for the data sets.
        work_dir (Path): Folder for logs and checkpoints.
        scale (str): A key of ``SCALES``. ``'smoke'`` also leaves out most
            cells. Defaults to ``'small'``.
        real (Path, optional): A folder of real videos to fine-tune on as
            well; see ``run_transfer``. Defaults to None.
    """

    configs: Path
    results: Path
    data: Path
    work_dir: Path
    scale: str = 'small'
    real: Path | None = None

    def run(self, experiment: str, models: Sequence[str] = ()) -> None:
        """Run what is missing of an experiment, telling how it goes.

        Args:
            experiment (str): One of ``EXPERIMENTS``.
            models (Sequence[str]): The models to run. Defaults to all.

        Raises:
            StNetInputError: If a model is unknown, results are of other data,
                or a list of real videos is missing.
        """
        if experiment == 'transfer':
            self._run_transfer(models)
        elif experiment == 'looking':
            self._run_looking(models)
        else:
            self._run_grid(experiment, models)

    def _run_grid(self, name: str, models: Sequence[str]) -> None:
        grid = GRIDS[name].only(models)
        if self._smoke:
            grid = replace(grid, epochs=1, seeds=grid.seeds[:1])
        records = self._records_by_level(name)
        _announce(name, grid.count(), records)
        for cell in missing_cells(grid, records):
            self._train(name, cell, records)

    def _run_transfer(self, models: Sequence[str]) -> None:
        folders = {ORDERED: self.data / 'other'}
        if self.real is not None:
            folders[self.real.name] = self.real
        cells = [cell for data in folders for cell in transfer_cells(data)]
        cells = of_models(cells, models)
        if self._smoke:
            cells = [
                replace(cell, epochs=1, videos=32)
                for cell in cells
                if (cell.examples, cell.seed) == (5, 0)
            ]

        def fingerprint(cell: TransferCell) -> str | None:
            folder = folders.get(cell.data)
            return folder and fingerprint_of(cell.data, folder, self._scale)

        path = self.results / 'transfer.jsonl'
        records = Records(path, fingerprint, TransferCell)
        _announce('transfer', len(cells), records)
        for cell in cells:
            if cell in records:
                continue
            weights = self._trained(cell.trained) if cell.pretrained else None
            _run(
                run_transfer,
                cell,
                records,
                self.configs,
                folders[cell.data],
                self.work_dir / 'transfer' / cell.name,
                weights,
                self._scale,
            )

    def _run_looking(self, models: Sequence[str]) -> None:
        cells = of_models(LOOKING, models)
        if self._smoke:
            cells = [replace(c, epochs=1) for c in cells if c.seed == 0]
        records = self._records_by_level('looking', LookingCell)
        _announce('looking', len(cells), records)
        for cell in cells:
            if cell in records:
                continue
            weights = self._trained(cell.trained)
            data = self._level(cell.level)
            _run(
                run_looking,
                cell,
                records,
                self.configs,
                data,
                weights,
                self._scale,
            )

    def _train(self, grid: str, cell: Cell, records: Records) -> None:
        _run(
            run_cell,
            cell,
            records,
            self.configs,
            self._level(cell.level),
            self.work_dir / grid / cell.name,
            self._scale,
        )

    def _trained(self, cell: Cell) -> Path:
        """Checkpoint of a training, which is done first if it is missing."""
        folder = self.work_dir / TRAINED / cell.name
        checkpoint = folder / f'epoch_{cell.epochs}.pth'
        if not checkpoint.exists():
            self._train(TRAINED, cell, self._records_by_level(TRAINED))
        return checkpoint

    def _records_by_level(self, name: str, cell_type: type = Cell) -> Records:
        return Records(
            self.results / f'{name}.jsonl',
            self._scale.fingerprint,
            cell_type,
        )

    def _level(self, level: int) -> Path:
        """Folder of a level's data set."""
        return self.data / f'level{level}'

    @property
    def _scale(self) -> Scale:
        return SCALES[self.scale]

    @property
    def _smoke(self) -> bool:
        return self.scale == 'smoke'


def _announce(name: str, count: int, records: Records) -> None:
    print(f'{name}: {count} runs, results in {records.path}', flush=True)


def _run(
    function: Callable[..., dict], cell: Any, records: Records, *args
) -> None:
    """Run a cell, add its record, and tell."""
    start = time.time()
    record = function(cell, *args)
    records.add(cell, record)
    figures = ', '.join(f'{x} {record[x]:.1%}' for x in TOLD if x in record)
    minutes = (time.time() - start) / 60
    print(f'{cell.name}: {figures}; {minutes:.1f} minutes', flush=True)
