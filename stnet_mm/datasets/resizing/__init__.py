"""Re-encoding a folder of videos to a small size; needs PyAV."""

from .folder import ResizedFolder, resize_videos
from .video import resize_video

__all__ = ['ResizedFolder', 'resize_video', 'resize_videos']
