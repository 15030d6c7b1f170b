"""What a recognizer looks at: maps, contributions, and scores of maps."""

from .class_maps import ClassMaps
from .explanation import Explanation
from .layers import DEFAULT_LAYER, LayerInfo, find_layer, list_layers
from .localization import box_mask, energy_in_box, pointing_hits
from .methods import METHODS
from .piecewise_linear import is_piecewise_linear
from .video_explainer import VideoExplainer
from .video_explanation import ClassExplanation, Panel, VideoExplanation
from .whole_frames import SeenImage

__all__ = [
    'DEFAULT_LAYER',
    'METHODS',
    'ClassExplanation',
    'ClassMaps',
    'Explanation',
    'LayerInfo',
    'Panel',
    'SeenImage',
    'VideoExplainer',
    'VideoExplanation',
    'box_mask',
    'energy_in_box',
    'find_layer',
    'is_piecewise_linear',
    'list_layers',
    'pointing_hits',
]
