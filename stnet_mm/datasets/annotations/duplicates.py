"""Clips of the same content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Callable

from ...errors import StNetInputError
from .clip import Clip


def find_duplicates(
    clips: Iterable[Clip], contents: Mapping[str, str]
) -> list[list[str]]:
    """Find clips of the same content.

    Args:
        clips (Iterable[Clip]): The clips.
        contents (Mapping[str, str]): The same text for paths of the same
            content.

    Returns:
        list[list[str]]: The paths of each content that is there several
        times.

    Raises:
        StNetInputError: If clips of the same content are in different
            classes or splits; names the first two.
    """
    by_content = defaultdict(list)
    for clip in clips:
        if clip.path in contents:
            by_content[contents[clip.path]].append(clip)
    same = [found for found in by_content.values() if len(found) > 1]
    _refuse(same, 'classes', lambda clip: clip.label)
    _refuse(same, 'splits', lambda clip: clip.split)
    return [[clip.path for clip in found] for found in same]


def _refuse(
    same: list[list[Clip]], what: str, value: Callable[[Clip], str | None]
) -> None:
    """Refuse contents that are there with several values."""
    pairs = []
    for clips in same:
        others = (c for c in clips if value(c) != value(clips[0]))
        pairs += [(clips[0], other) for other in others][:1]
    if pairs:
        one, other = pairs[0]
        raise StNetInputError(
            f'{one.path} ({value(one)}) and {other.path} ({value(other)}) '
            f'have the same content but different {what} (such pairs: '
            f'{len(pairs)}): remove one of each'
        )
