"""Scores as people read them."""

from __future__ import annotations


def score_text(score: float, probable: bool, digits: int = 1) -> str:
    """A score as text.

    Args:
        score (float): The score.
        probable (bool): Whether it is a probability, to be shown in percent.
        digits (int): Digits of a percentage. Defaults to 1.

    Returns:
        str: The text.
    """
    return f'{score:.{digits}%}' if probable else f'{score:.3f}'
