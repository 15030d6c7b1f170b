"""What a model costs."""

from .complexity import Complexity, Part, build_recognizer, count_complexity
from .setting import Setting, setting_of

__all__ = [
    'Complexity',
    'Part',
    'Setting',
    'build_recognizer',
    'count_complexity',
    'setting_of',
]
