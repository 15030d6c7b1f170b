"""Long videos as timelines: windows that share work, and segments."""

from .segments import Segment, find_segments
from .windows import Timeline, make_timeline
from .writers import WRITERS

__all__ = [
    'WRITERS',
    'Segment',
    'Timeline',
    'find_segments',
    'make_timeline',
]
