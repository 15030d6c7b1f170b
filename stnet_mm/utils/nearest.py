"""Finding the name that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection

# How alike two names are that one is taken for a slip of the pen.
ALIKE = 0.8


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like another one.

    Args:
        name (str): A name that is not known.
        known (Collection[str]): The known names.

    Returns:
        str | None: The nearest; None if none is much like it.
    """
    near = difflib.get_close_matches(name, sorted(known), 1, ALIKE)
    return near[0] if near else None
