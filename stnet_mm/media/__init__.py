"""Whole videos, frame by frame: read, drawn on, and written again."""

from .source import SourceVideo
from .writers import GIFWriter, MP4Writer, fit_size

__all__ = ['GIFWriter', 'MP4Writer', 'SourceVideo', 'fit_size']
