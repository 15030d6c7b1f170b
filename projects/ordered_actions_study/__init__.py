"""The study: small networks compared on ordered actions."""

from .driver import EXPERIMENTS, Study
from .grids import GRIDS, Grid, Row
from .localization import LOOKING, LookingCell
from .records import Records
from .run import Cell
from .running import run_cell
from .scale import SCALES, Scale
from .summary import (
    FIGURES,
    Summary,
    best_rate,
    mean_and_spread,
    missing_cells,
    summarise,
)
from .transfer import ORDERED, TransferCell, fingerprint_of, transfer_cells

__all__ = [
    'EXPERIMENTS',
    'FIGURES',
    'GRIDS',
    'LOOKING',
    'ORDERED',
    'SCALES',
    'Cell',
    'Grid',
    'LookingCell',
    'Records',
    'Row',
    'Scale',
    'Study',
    'Summary',
    'TransferCell',
    'best_rate',
    'fingerprint_of',
    'mean_and_spread',
    'missing_cells',
    'run_cell',
    'summarise',
    'transfer_cells',
]
