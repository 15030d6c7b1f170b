"""From a folder of clips to a trained and tested recognizer."""

from .fitting import fit
from .options import FitOptions

__all__ = ['FitOptions', 'fit']
