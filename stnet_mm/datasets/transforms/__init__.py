"""Transforms for MMAction2's pipelines."""

from .sampling import StNetSampleFrames
from .scaling import StNetScale
from .video import StNetVideoDecode, StNetVideoInit

__all__ = [
    'StNetSampleFrames',
    'StNetScale',
    'StNetVideoDecode',
    'StNetVideoInit',
]
