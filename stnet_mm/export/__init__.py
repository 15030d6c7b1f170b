"""Exported networks: one file that takes frames as they are read."""

from .exporting import export

__all__ = ['export']
