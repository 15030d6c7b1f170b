"""Checking videos before hours are lost on them."""

from .check import check_videos
from .config_check import check_config
from .entries import header_line
from .examining import DECODE
from .finding import KINDS, MISSING, OK, Examination, Finding

__all__ = [
    'DECODE',
    'KINDS',
    'MISSING',
    'OK',
    'Examination',
    'Finding',
    'check_config',
    'check_videos',
    'header_line',
]
