"""Ordered actions: a synthetic data set that measures temporal modeling.

See docs/ordered_actions.md.
"""

from .actions import CLASS_NAMES, PAIRS, Pair, counterpart, find_pair
from .encoding import encode_mp4
from .scene import LEVELS, Scene, render_video
from .settings import SPLITS, Settings
from .writer import make_dataset

__all__ = [
    'CLASS_NAMES',
    'LEVELS',
    'PAIRS',
    'SPLITS',
    'Pair',
    'Scene',
    'Settings',
    'counterpart',
    'encode_mp4',
    'find_pair',
    'make_dataset',
    'render_video',
]
