"""Computing something of videos together, or else one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, TypeVar

from ..errors import StNetInputError

Sample = TypeVar('Sample')
Result = TypeVar('Result')


def together_or_one_by_one(
    compute: Callable[[Sequence[Sample]], Sequence[Result]],
    samples: Sequence[Sample],
) -> list[Result | StNetInputError]:
    """Compute something of samples, so that one that fails stops no other.

    Args:
        compute (Callable): Gives a result for each of several samples.
        samples (Sequence): The samples.

    Returns:
        list: The result of each, or why there is none.
    """
    if not samples:
        return []
    try:
        return [*compute(samples)]
    except StNetInputError as error:
        if len(samples) == 1:
            return [error]
    # The others are not to blame.
    return [
        found
        for sample in samples
        for found in together_or_one_by_one(compute, [sample])
    ]
