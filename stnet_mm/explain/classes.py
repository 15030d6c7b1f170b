"""Finding a class by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ..errors import StNetInputError


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
    near = difflib.get_close_matches(wanted.lower(), lower, n=5, cutoff=0.5)
    listed = [names[lower.index(name)] for name in near] or names[:5]
    raise StNetInputError(
        f'there is no class {wanted!r}: it has {len(names)} classes, '
        + ('such as ' if not near else 'did you mean ')
        + ', '.join(listed)
    )
