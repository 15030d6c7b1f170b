"""StNet in a program of one's own."""

from ..engine import speed_up
from .inference import VideoClassifier

__all__ = ['VideoClassifier', 'speed_up']
