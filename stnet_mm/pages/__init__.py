"""Pages that a browser opens from the disk: no server, no network."""

from .cam_page import write_cam_page
from .rendering import write_page

__all__ = ['write_cam_page', 'write_page']
