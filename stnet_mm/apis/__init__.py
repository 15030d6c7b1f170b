"""StNet in a program of one's own."""

from ..engine import speed_up
from .archive import classify_archive
from .features import extract_features
from .inference import VideoClassifier

__all__ = [
    'VideoClassifier',
    'classify_archive',
    'extract_features',
    'speed_up',
]
