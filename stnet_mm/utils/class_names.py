"""The names of classes: reading them, and finding a class by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..errors import StNetInputError
from .nearest import related


def read_class_names(path: str | Path) -> list[str]:
    """Read the names of classes.

    Args:
        path (str | Path): A UTF-8 text file, one name per line; names may
            have spaces.

    Returns:
        list[str]: The names in the order of the labels.

    Raises:
        StNetInputError: If there is no such file, it is empty or not UTF-8,
            or a line in it is empty.
        OSError: If it cannot be read.
    """
    try:
        text = Path(path).read_text(encoding='utf-8-sig')
    except FileNotFoundError as error:
        raise StNetInputError(
            f'{path}: there is no such file of class names'
        ) from error
    except UnicodeDecodeError as error:
        raise StNetInputError(
            f'{path} is not UTF-8 text: save the names of the classes as '
            'UTF-8, one per line'
        ) from error
    names = [line.strip() for line in text.split('\n')]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise StNetInputError(
            f'{path} is empty: the file needs one class name per line, in the '
            'order of the labels'
        )
    if '' in names:
        raise StNetInputError(
            f'{path}, line {names.index("") + 1} is empty: the file needs one '
            'class name per line, in the order of the labels'
        )
    return names


def find_class(names: Sequence[str], wanted: str) -> int:
    """A class by name or number.

    Args:
        names (Sequence[str]): Names of the classes.
        wanted (str): Name or number.

    Returns:
        int: The number.

    Raises:
        StNetInputError: If there is none; lists those with a like name.
    """
    lower = [name.lower() for name in names]
    if wanted.lower() in lower:
        return lower.index(wanted.lower())
    if wanted.isdecimal() and int(wanted) < len(names):
        return int(wanted)
    near = related(wanted, names)
    raise StNetInputError(
        f'there is no class {wanted!r}: it has {len(names)} classes, '
        + (
            f'did you mean {", ".join(near)}?'
            if near
            else f'such as {", ".join(names[:5])}'
        )
    )
