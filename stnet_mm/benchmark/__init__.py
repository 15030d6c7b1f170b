"""Timings of every part, side by side with what they are compared with."""

from .decoding import compare_input
from .networks import compare_forward, compare_train_step
from .report import Report
from .testing import compare_testing

__all__ = [
    'Report',
    'compare_forward',
    'compare_input',
    'compare_testing',
    'compare_train_step',
]
