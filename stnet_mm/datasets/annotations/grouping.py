"""Clips that must stay together when a data set is split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ...errors import StNetInputError
from .clip import Clip


def name_groups(clips: Iterable[Clip], pattern: str) -> list[Clip]:
    """Name the group of each clip by a part of its path.

    Args:
        clips (Iterable[Clip]): The clips.
        pattern (str): Regular expression that is found in every path; its
            first group, or else all that it matches, names the group.

    Returns:
        list[Clip]: The clips with their groups.

    Raises:
        StNetInputError: If it is no regular expression, is not found in a
            path, or clips have groups already.
    """
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise StNetInputError(
            f"'{pattern}' is no regular expression: {error}"
        ) from error
    named = []
    for clip in clips:
        if clip.group is not None:
            raise StNetInputError(
                f'{clip.path}: its list puts it into the group '
                f'{clip.group!r} already: leave out the pattern '
                f"'{pattern}', or the column 'group'"
            )
        match = expression.search(clip.path)
        group = match and match[1 if expression.groups else 0]
        if not group:
            raise StNetInputError(
                f"{clip.path}: the pattern '{pattern}' names no group in "
                'this path: change the pattern'
            )
        named.append(clip._replace(group=group))
    return named


def gather_groups(
    clips: Sequence[Clip], contents: Mapping[str, str]
) -> list[list[Clip]]:
    """Gather clips of one group or of equal content.

    Args:
        clips (Sequence[Clip]): The clips.
        contents (Mapping[str, str]): The same text for paths of the same
            content.

    Returns:
        list[list[Clip]]: The groups, in the order of their first clips.
    """
    # A forest in which each clip points to an earlier one of its group.
    parents = [*range(len(clips))]

    def first_of(i: int) -> int:
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    seen: dict[tuple[str, str | None], int] = {}
    for i, clip in enumerate(clips):
        keys = ('group', clip.group), ('content', contents.get(clip.path))
        for key in keys:
            if key[1] is not None:
                one, other = first_of(seen.setdefault(key, i)), first_of(i)
                parents[max(one, other)] = min(one, other)
    groups: dict[int, list[Clip]] = {}
    for i, clip in enumerate(clips):
        groups.setdefault(first_of(i), []).append(clip)
    return [*groups.values()]
