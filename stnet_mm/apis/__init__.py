"""StNet in a program of one's own."""

from ..engine import speed_up
from .features import extract_features
from .inference import VideoClassifier

__all__ = ['VideoClassifier', 'extract_features', 'speed_up']
