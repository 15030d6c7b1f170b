"""Data: the video data set and transforms, ordered actions."""

from .transforms import (
    StNetCachedVideoDecode,
    StNetCachedVideoInit,
    StNetJoinClips,
    StNetPyAVDecode,
    StNetPyAVInit,
    StNetSampleFrames,
    StNetScale,
    StNetVideoDecode,
    StNetVideoInit,
)
from .video_dataset import StNetVideoDataset

__all__ = [
    'StNetCachedVideoDecode',
    'StNetCachedVideoInit',
    'StNetJoinClips',
    'StNetPyAVDecode',
    'StNetPyAVInit',
    'StNetSampleFrames',
    'StNetScale',
    'StNetVideoDataset',
    'StNetVideoDecode',
    'StNetVideoInit',
]
