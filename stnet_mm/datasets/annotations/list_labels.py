"""Labels of a list that are names of classes, or their numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import StNetInputError


def name_labels(
    labels: Sequence[tuple[str, str]],
    names: Sequence[str],
    source: object,
) -> list[tuple[str, str]]:
    """Find the classes that labels stand for.

    Where classes are called by numbers, all labels are names, or none is.

    Args:
        labels (Sequence[tuple[str, str]]): Place in the list, for messages,
            and label of each clip: a name, or a number from 0.
        names (Sequence[str]): Names of the classes.
        source (object): Their file, for messages.

    Returns:
        list[tuple[str, str]]: Place and name of the class.

    Raises:
        StNetInputError: If a label is no class, or may be two.
    """
    known = {*names}
    all_names = known.issuperset(label for _, label in labels)
    if all_names and all(_is_number(label, names) for _, label in labels):
        for place, label in labels:
            if names[int(label)] != label:
                raise StNetInputError(
                    f'{place}, with {source}: {label!r} is the name of a '
                    f'class and the number of {names[int(label)]!r}: leave '
                    'out the names, and classes are called by the labels; or '
                    'change them'
                )
    return [
        (place, label)
        if all_names or (label in known and not label.isdecimal())
        else (place, _by_number(names, label, f'{place}, with {source}'))
        for place, label in labels
    ]


def _is_number(label: str, names: Sequence[str]) -> bool:
    return label.isdecimal() and int(label) < len(names)


def _by_number(names: Sequence[str], label: str, place: str) -> str:
    if _is_number(label, names):
        return names[int(label)]
    raise StNetInputError(
        f'{place}: there is no class {label!r}; labels are names of classes '
        f'or numbers from 0 to {len(names) - 1}'
    )
