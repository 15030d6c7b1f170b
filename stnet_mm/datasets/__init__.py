"""Data: the video data set and transforms, ordered actions."""

from .transforms import (
    Decoder,
    StNetCachedVideoDecode,
    StNetCachedVideoInit,
    StNetJoinClips,
    StNetPyAVDecode,
    StNetPyAVInit,
    StNetSampleFrames,
    StNetScale,
    StNetTorchCodecDecode,
    StNetTorchCodecInit,
    StNetVideoDecode,
    StNetVideoInit,
    register_decoder,
)
from .video_dataset import StNetVideoDataset

__all__ = [
    'Decoder',
    'StNetCachedVideoDecode',
    'StNetCachedVideoInit',
    'StNetJoinClips',
    'StNetPyAVDecode',
    'StNetPyAVInit',
    'StNetSampleFrames',
    'StNetScale',
    'StNetTorchCodecDecode',
    'StNetTorchCodecInit',
    'StNetVideoDataset',
    'StNetVideoDecode',
    'StNetVideoInit',
    'register_decoder',
]
