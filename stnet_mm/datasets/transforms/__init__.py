"""Transforms for MMAction2's pipelines."""

from .joining import StNetJoinClips
from .pyav import StNetPyAVDecode, StNetPyAVInit
from .sampling import StNetSampleFrames
from .scaling import StNetScale
from .video import StNetVideoDecode, StNetVideoInit

__all__ = [
    'StNetJoinClips',
    'StNetPyAVDecode',
    'StNetPyAVInit',
    'StNetSampleFrames',
    'StNetScale',
    'StNetVideoDecode',
    'StNetVideoInit',
]
