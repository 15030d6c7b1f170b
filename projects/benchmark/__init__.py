"""Timings of every part, side by side with what they are compared with."""

from .decoding import compare_input
from .forward import compare_forward
from .loading import compare_end_to_end
from .report import Report
from .testing import compare_testing
from .training import compare_train_step

__all__ = [
    'Report',
    'compare_end_to_end',
    'compare_forward',
    'compare_input',
    'compare_testing',
    'compare_train_step',
]
