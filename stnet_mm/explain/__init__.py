"""What a recognizer looks at: maps, evidence of segments, scores of both."""

from .class_maps import ClassMaps, Explanation
from .classes import find_class
from .evidence import is_piecewise_linear
from .layers import DEFAULT_LAYER, LayerInfo, find_layer, list_layers
from .localisation import box_mask, energy_in_box, pointing_hits
from .methods import METHODS
from .titles import short_titles
from .video_explainer import VideoExplainer
from .video_explanation import ClassEvidence, Panel, VideoExplanation
from .whole_frames import SeenImage

__all__ = [
    'DEFAULT_LAYER',
    'METHODS',
    'ClassEvidence',
    'ClassMaps',
    'Explanation',
    'LayerInfo',
    'Panel',
    'SeenImage',
    'VideoExplainer',
    'VideoExplanation',
    'box_mask',
    'energy_in_box',
    'find_class',
    'find_layer',
    'is_piecewise_linear',
    'list_layers',
    'pointing_hits',
    'short_titles',
]
