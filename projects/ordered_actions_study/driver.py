"""Running what is missing of an experiment, and keeping the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .grids import GRIDS, of_models
from .localization import LOCALIZATION, LocalizationRun, localize
from .records import Records
from .run import Run
from .scale import SCALES, Scale
from .summary import missing_runs
from .training import train_and_test
from .transfer import (
    ORDERED,
    TransferRun,
    fine_tune,
    fingerprint_of,
    transfer_runs,
)

EXPERIMENTS = (*GRIDS, 'transfer', 'localization')
# The grid whose networks are fine-tuned and whose maps are scored.
TRAINED = 'levels'
PRINTED = (
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
            runs. Defaults to ``'small'``.
        real (Path, optional): A folder of real videos to fine-tune on as
            well; see ``fine_tune``. Defaults to None.
    """

    configs: Path
    results: Path
    data: Path
    work_dir: Path
    scale: str = 'small'
    real: Path | None = None

    def run(self, experiment: str, models: Sequence[str] = ()) -> None:
        """Run what is missing of an experiment, and print the figures.

        Args:
            experiment (str): One of ``EXPERIMENTS``.
            models (Sequence[str]): The models to run. Defaults to all.

        Raises:
            StNetInputError: If a model is unknown, results are of other data,
                or a list of real videos is missing.
        """
        if experiment == 'transfer':
            self._run_transfer(models)
        elif experiment == 'localization':
            self._run_localization(models)
        else:
            self._run_grid(experiment, models)

    def _run_grid(self, name: str, models: Sequence[str]) -> None:
        grid = GRIDS[name].only(models)
        if self._smoke:
            grid = replace(grid, epochs=1, seeds=grid.seeds[:1])
        records = self._records_by_level(name)
        _announce(name, grid.count(), records)
        for run in missing_runs(grid, records):
            self._train(name, run, records)

    def _run_transfer(self, models: Sequence[str]) -> None:
        folders = {ORDERED: self.data / 'other'}
        if self.real is not None:
            folders[self.real.name] = self.real
        runs = [run for data in folders for run in transfer_runs(data)]
        runs = of_models(runs, models)
        if self._smoke:
            runs = [
                replace(run, epochs=1, videos=32)
                for run in runs
                if (run.examples, run.seed) == (5, 0)
            ]

        def fingerprint(run: TransferRun) -> str | None:
            folder = folders.get(run.data)
            return folder and fingerprint_of(run.data, folder, self._scale)

        path = self.results / 'transfer.jsonl'
        records = Records(path, fingerprint, TransferRun)
        _announce('transfer', len(runs), records)
        for run in runs:
            if run in records:
                continue
            weights = self._trained(run.trained) if run.pretrained else None
            _run(
                fine_tune,
                run,
                records,
                self.configs,
                folders[run.data],
                self.work_dir / 'transfer' / run.name,
                weights,
                self._scale,
            )

    def _run_localization(self, models: Sequence[str]) -> None:
        runs = of_models(LOCALIZATION, models)
        if self._smoke:
            runs = [replace(c, epochs=1) for c in runs if c.seed == 0]
        records = self._records_by_level('localization', LocalizationRun)
        _announce('localization', len(runs), records)
        for run in runs:
            if run in records:
                continue
            weights = self._trained(run.trained)
            data = self._level(run.level)
            _run(
                localize,
                run,
                records,
                self.configs,
                data,
                weights,
                self._scale,
            )

    def _train(self, grid: str, run: Run, records: Records) -> None:
        _run(
            train_and_test,
            run,
            records,
            self.configs,
            self._level(run.level),
            self.work_dir / grid / run.name,
            self._scale,
        )

    def _trained(self, run: Run) -> Path:
        """Checkpoint of a training, which is done first if it is missing."""
        folder = self.work_dir / TRAINED / run.name
        checkpoint = folder / f'epoch_{run.epochs}.pth'
        if not checkpoint.exists():
            self._train(TRAINED, run, self._records_by_level(TRAINED))
        return checkpoint

    def _records_by_level(self, name: str, run_type: type = Run) -> Records:
        return Records(
            self.results / f'{name}.jsonl',
            self._scale.fingerprint,
            run_type,
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
    function: Callable[..., dict], run: Any, records: Records, *args
) -> None:
    """Carry out a run, add its record, and print its figures."""
    start = time.time()
    record = function(run, *args)
    records.add(run, record)
    figures = ', '.join(f'{x} {record[x]:.1%}' for x in PRINTED if x in record)
    minutes = (time.time() - start) / 60
    print(f'{run.name}: {figures}; {minutes:.1f} minutes', flush=True)
