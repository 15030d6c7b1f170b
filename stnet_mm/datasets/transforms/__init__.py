"""Transforms for MMAction2's pipelines."""

from .sampling import StNetSampleFrames
from .video import StNetVideoDecode, StNetVideoInit

__all__ = ['StNetSampleFrames', 'StNetVideoDecode', 'StNetVideoInit']
