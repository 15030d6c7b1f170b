"""What a model costs."""

from .complexity import Complexity, Part, build_recognizer, count_complexity
from .peers import PEERS, read_peer
from .setting import Setting, setting_of

__all__ = [
    'PEERS',
    'Complexity',
    'Part',
    'Setting',
    'build_recognizer',
    'count_complexity',
    'read_peer',
    'setting_of',
]
