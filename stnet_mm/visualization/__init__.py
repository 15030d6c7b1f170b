"""Everything that draws or encodes: pages, pictures, plots and videos."""

from .cam_page import write_cam_page
from .gallery import Card, Gallery
from .rendering import write_page
from .source_video import SourceVideo
from .titles import short_titles
from .writers import GIFWriter, MP4Writer, fit_size

__all__ = [
    'Card',
    'GIFWriter',
    'Gallery',
    'MP4Writer',
    'SourceVideo',
    'fit_size',
    'short_titles',
    'write_cam_page',
    'write_page',
]
