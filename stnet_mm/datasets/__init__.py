"""Data: the video data set and transforms, ordered actions."""

from .transforms import StNetSampleFrames, StNetVideoDecode, StNetVideoInit
from .video_dataset import StNetVideoDataset

__all__ = [
    'StNetSampleFrames',
    'StNetVideoDataset',
    'StNetVideoDecode',
    'StNetVideoInit',
]
