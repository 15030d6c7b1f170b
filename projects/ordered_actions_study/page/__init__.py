"""docs/study.md, written from the results of the study."""

from .assemble import make_page
from .plots import plot_all
from .results import Results

__all__ = ['Results', 'make_page', 'plot_all']
