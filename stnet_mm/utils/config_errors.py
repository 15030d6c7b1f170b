"""What MMEngine's errors say about a config, in one line."""

from __future__ import annotations

import re
import traceback
from types import FrameType

from .known_keys import registries
from .nearest import related

_UNKNOWN_NAME = re.compile(r'(\S+) is not in the (\S+?)::(.+?) registry')
# The functions of MMEngine that call what a config names, or what makes its
# data loaders.
_BUILDING = ('build_from_cfg', 'build_dataloader')
_OURS = ('stnet_mm', 'stnet_runtime')


def explain_config_error(error: Exception) -> str | None:
    """Say what is wrong with a config.

    Args:
        error (Exception): What was raised, by whatever read the config.

    Returns:
        str | None: One line; None if the error is about something else.
    """
    if isinstance(error, KeyError):
        match = _UNKNOWN_NAME.match(str(error.args[0]) if error.args else '')
        return describe_unknown(match[1], match[3]) if match else None
    if not isinstance(error, (TypeError, ValueError, AssertionError)):
        return None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    module = frames[-1].f_globals.get('__name__', '')
    # Data sets that cannot be joined, mostly for their class names.
    if module == 'mmengine.dataset.dataset_wrapper':
        return f'the config does not fit: {error}'
    # What is wrong with values of ours is told as a StNetInputError.
    if module.partition('.')[0] in _OURS:
        return None
    building = [f for f in frames if f.f_code.co_name in _BUILDING]
    if not building:
        return None
    why = ' '.join(str(error).split()) or type(error).__name__
    return f'the config does not fit: {_what(building[-1])}{why}'


def describe_unknown(name: str, kind: str) -> str:
    """Say that nothing is called so, and what is.

    Args:
        name (str): A ``type`` in a config, which no registry has.
        kind (str): Name of the registry, such as ``'transform'``.

    Returns:
        str: One line.
    """
    names = {n for r in registries() if r.name == kind for n in r.module_dict}
    near = related(name.rpartition('.')[2], names, 3)
    hint = f': did you mean {", ".join(near)}?' if near else ''
    return f'the config names a {kind} {name}, which there is not{hint}'


def _what(frame: FrameType) -> str:
    """What was being made, of which plain values."""
    found = frame.f_locals
    kind = found.get('obj_type', 'a data loader')
    args = found.get('args', found.get('dataloader_cfg')) or {}
    plain = ', '.join(
        f'{key}={value!r}'
        for key, value in args.items()
        if isinstance(value, (int, float, str)) and key != 'type'
    )
    name = kind if isinstance(kind, str) else kind.__name__
    return f'{name}({plain}): '
