"""Everything that draws or encodes: pages, pictures, plots and videos."""

from .cam_page import write_cam_page
from .gallery import Card, Gallery
from .gif_writer import GIFWriter
from .rendering import write_page
from .source_video import SourceVideo
from .titles import short_titles

__all__ = [
    'Card',
    'GIFWriter',
    'Gallery',
    'SourceVideo',
    'short_titles',
    'write_cam_page',
    'write_page',
]
