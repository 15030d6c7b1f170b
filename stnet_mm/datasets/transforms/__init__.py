"""Transforms for MMAction2's pipelines."""

from .pyav import StNetPyAVDecode, StNetPyAVInit
from .sampling import StNetSampleFrames
from .scaling import StNetScale
from .video import StNetVideoDecode, StNetVideoInit

__all__ = [
    'StNetPyAVDecode',
    'StNetPyAVInit',
    'StNetSampleFrames',
    'StNetScale',
    'StNetVideoDecode',
    'StNetVideoInit',
]
