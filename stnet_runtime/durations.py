"""Lengths of time as people write them."""

from __future__ import annotations


def seconds(text: str) -> float:
    """Read a length of time.

    Args:
        text (str): Such as ``'4'`` or ``'4s'``.

    Returns:
        float: The seconds.

    Raises:
        ValueError: If it is no positive number.
    """
    value = float(text[:-1] if text.endswith('s') else text)
    if not 0 < value < float('inf'):
        raise ValueError(text)
    return value
