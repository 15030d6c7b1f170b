"""The study: small networks compared on ordered actions."""

from .cell import Cell
from .grids import GRIDS, Grid, Row
from .records import Records
from .running import data_settings, run_cell
from .summary import Summary, best_rate, missing_cells, summarise

__all__ = [
    'GRIDS',
    'Cell',
    'Grid',
    'Records',
    'Row',
    'Summary',
    'best_rate',
    'data_settings',
    'missing_cells',
    'run_cell',
    'summarise',
]
