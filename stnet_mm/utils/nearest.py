"""Finding the names that may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection

# How alike two names are that one is taken for a slip of the pen.
ALIKE = 0.8
# How alike those are that are worth a look where any name may be meant.
RELATED = 0.5


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like another one, whatever its case.

    Args:
        name (str): A name that is not known.
        known (Collection[str]): The known names.

    Returns:
        str | None: The nearest; None if none is much like it.
    """
    near = _alike(name, known, 1, ALIKE)
    return near[0] if near else None


def related(name: str, known: Collection[str], count: int = 5) -> list[str]:
    """The known names that are somewhat like another one.

    Args:
        name (str): A name that is not known.
        known (Collection[str]): The known names.
        count (int): How many at most. Defaults to 5.

    Returns:
        list[str]: Their names, the nearest first.
    """
    return _alike(name, known, count, RELATED)


def _alike(
    name: str, known: Collection[str], count: int, cutoff: float
) -> list[str]:
    names = {other.lower(): other for other in sorted(known)}
    near = difflib.get_close_matches(name.lower(), names, count, cutoff)
    return [names[other] for other in near]
