"""What a recognizer looks at: Grad-CAM maps, and how they are scored."""

from .grad_cam import Explanation, GradCAMMaps, find_layer
from .localisation import box_mask, energy_in_box, pointing_hits

__all__ = [
    'Explanation',
    'GradCAMMaps',
    'box_mask',
    'energy_in_box',
    'find_layer',
    'pointing_hits',
]
