"""StNet in a program of one's own."""

from .inference import VideoClassifier

__all__ = ['VideoClassifier']
