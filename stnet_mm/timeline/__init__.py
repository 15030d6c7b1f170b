"""Long videos as timelines: windows that share work, and segments."""

from .segments import Segment, find_segments
from .stream_classifier import StreamClassifier, StreamPrediction
from .windows import Timeline, make_timeline
from .writers import WRITERS

__all__ = [
    'WRITERS',
    'Segment',
    'StreamClassifier',
    'StreamPrediction',
    'Timeline',
    'find_segments',
    'make_timeline',
]
