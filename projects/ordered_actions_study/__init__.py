"""The study: small networks compared on ordered actions."""

from .driver import EXPERIMENTS, Study
from .grids import GRIDS, Grid, Row
from .localization import LOCALIZATION, LocalizationRun
from .records import Records
from .run import Run
from .scale import SCALES, Scale
from .summary import (
    FIGURES,
    Summary,
    best_rate,
    mean_and_spread,
    missing_runs,
    summarize,
)
from .training import train_and_test
from .transfer import ORDERED, TransferRun, fingerprint_of, transfer_runs

__all__ = [
    'EXPERIMENTS',
    'FIGURES',
    'GRIDS',
    'LOCALIZATION',
    'ORDERED',
    'SCALES',
    'Grid',
    'LocalizationRun',
    'Records',
    'Row',
    'Run',
    'Scale',
    'Study',
    'Summary',
    'TransferRun',
    'best_rate',
    'fingerprint_of',
    'mean_and_spread',
    'missing_runs',
    'summarize',
    'train_and_test',
    'transfer_runs',
]
