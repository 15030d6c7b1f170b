"""Text in pictures: fonts that have its characters, or a way to read it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Callable

import matplotlib
from matplotlib import ft2font
from matplotlib.font_manager import FontProperties, fontManager, get_font

# Newer matplotlib turns text around that runs from right to left.
_RIGHT_TO_LEFT = hasattr(ft2font, '__libraqm_version__')


@contextmanager
def fonts_for(texts: Iterable[str]) -> Iterator[Callable[[str], str]]:
    """Let matplotlib draw texts of any script, as far as fonts go.

    Inside, text that is made has the installed fonts that are needed beside
    the default one, and ``$`` is a character like others.

    Args:
        texts (Iterable[str]): The texts.

    Yields:
        Callable[[str], str]: Makes a text drawable; as ``readable``.
    """
    families = find_families(texts)
    with matplotlib.rc_context(
        {'font.family': families, 'text.parse_math': False}
    ):
        yield lambda text: readable(text, families)


def find_families(texts: Iterable[str]) -> list[str]:
    """Find installed fonts that have the characters of texts.

    Args:
        texts (Iterable[str]): The texts.

    Returns:
        list[str]: Families: those of matplotlib's settings, then as few
        others as are needed. Some characters may be in none.
    """
    families = [*matplotlib.rcParams['font.family']]
    missing = {ord(c) for text in texts for c in text}
    for family in families:
        missing -= _characters(family)
    if not any(map(_is_visible, missing)):
        return families
    plain = {
        font.name
        for font in fontManager.ttflist
        if font.style == 'normal' and font.weight == 400
    }
    for family in sorted(plain):
        if missing & _characters(family):
            families.append(family)
            missing -= _characters(family)
    return families


def readable(text: str, families: Sequence[str]) -> str:
    """Replace what fonts lack, so that no box stands for it.

    Args:
        text (str): The text.
        families (Sequence[str]): Families of fonts.

    Returns:
        str: The text with escapes such as ``\\u8dd1`` for characters that are
        in none of the fonts.
    """
    known = frozenset().union(*map(_characters, families))
    return ''.join(
        c
        if ord(c) in known and _can_be_drawn(c)
        else c.encode('ascii', 'backslashreplace').decode()
        if _is_visible(ord(c))
        else ''
        for c in text
    )


@lru_cache(maxsize=None)
def _characters(family: str) -> frozenset[int]:
    """What matplotlib can draw with a family."""
    if family.startswith('Last Resort'):  # a box for each of all characters
        return frozenset()
    try:
        path = fontManager.findfont(
            FontProperties(family=[family]), fallback_to_default=False
        )
        font = get_font(path)
    except (OSError, RuntimeError, ValueError):
        return frozenset()
    # Of bitmaps, as of colored emoji, it draws nothing.
    return frozenset(font.get_charmap()) if font.scalable else frozenset()


def _can_be_drawn(character: str) -> bool:
    """Whether it is a character, and drawn where it belongs."""
    if unicodedata.category(character) == 'Cs':  # of a name that is no UTF-8
        return False
    right = unicodedata.bidirectional(character) in ('R', 'AL')
    return _RIGHT_TO_LEFT or not right


def _is_visible(code: int) -> bool:
    """Whether it is more than a mark on how to join or show others."""
    variation = 0xFE00 <= code <= 0xFE0F
    return not variation and unicodedata.category(chr(code)) != 'Cf'
