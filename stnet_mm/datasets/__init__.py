"""Data: the video data set and transforms, ordered actions."""

from .transforms import (
    StNetSampleFrames,
    StNetScale,
    StNetVideoDecode,
    StNetVideoInit,
)
from .video_dataset import StNetVideoDataset

__all__ = [
    'StNetSampleFrames',
    'StNetScale',
    'StNetVideoDataset',
    'StNetVideoDecode',
    'StNetVideoInit',
]
