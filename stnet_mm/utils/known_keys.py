"""The settings that the classes of this package take."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from mmengine import registry
from mmengine.registry import Registry

from ..errors import StNetInputError
from .nearest import nearest
from .nested import walk

# What MMEngine takes out of a config before it builds anything of it.
_RESERVED = {'type', 'priority', '_scope_'}


def check_keys(value: object, place: str = '') -> None:
    """Check that whatever is of this package gets no setting it lacks.

    Args:
        value (object): A config, or a part of it.
        place (str): Key of the part, for messages. Defaults to ``''``, the
            whole.

    Raises:
        StNetInputError: If a key is unknown; names the nearest one.
    """
    for key, part in walk(value, place):
        if isinstance(part, dict):
            _check_own(part, key)


def _check_own(settings: dict, place: str) -> None:
    name = settings.get('type')
    found = _find(name) if isinstance(name, str) else name
    if not inspect.isclass(found) or not found.__module__.startswith(
        'stnet_mm.'
    ):
        return
    known, further = _arguments(found)
    for key in settings.keys() - known - _RESERVED:
        near = nearest(key, known)
        if further and near is None:
            continue
        hint = f'did you mean {near}?' if near else 'it takes '
        if not near:
            hint += ', '.join(sorted(known))
        raise StNetInputError(
            f'{place}: {found.__name__} has no setting {key!r}: {hint}'
        )


def _find(name: str) -> type | None:
    """A class by its registered name, with or without a scope."""
    name = name.rpartition('.')[2]
    for found in registries():
        if name in found.module_dict:
            return found.module_dict[name]
    return None


def registries() -> Iterator[Registry]:
    """The registries of MMEngine and of the packages upon it.

    Yields:
        Registry: Each of MMEngine, followed by those of the same kind.
    """
    for root in vars(registry).values():
        if isinstance(root, Registry):
            yield from (root, *root.children.values())


def _arguments(built: type) -> tuple[set[str], bool]:
    """Names of a class's arguments, and whether it takes further ones."""
    known: set[str] = set()
    for base in built.__mro__:
        if '__init__' not in vars(base):
            continue
        if base is object:
            return known, True
        init = vars(base)['__init__']
        parameters = [*inspect.signature(init).parameters.values()]
        kinds = {parameter.kind for parameter in parameters}
        known |= {
            parameter.name
            for parameter in parameters[1:]
            if parameter.kind
            not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        }
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            return known, False
    return known, True
