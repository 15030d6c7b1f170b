"""Pages that a browser opens from the disk: no server, no network."""

from .cam_page import write_cam_page
from .gallery import Card, Gallery
from .rendering import write_page

__all__ = ['Card', 'Gallery', 'write_cam_page', 'write_page']
