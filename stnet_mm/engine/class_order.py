"""Whether classes have the same numbers wherever they are named."""

from __future__ import annotations

from collections.abc import Sequence

from mmengine.logging import MMLogger

from ..errors import StNetInputError


def check_class_order(
    names: Sequence[str] | None,
    others: Sequence[str] | None,
    source: str,
    other: str,
) -> None:
    """Check that two places number classes alike.

    Accuracies would be wrong if a class had two numbers. Names of which only
    one place knows are logged: classes may have been renamed.

    Args:
        names (Sequence[str], optional): Names of the classes in one place,
            in the order of their numbers.
        others (Sequence[str], optional): Those in the other place. None, or
            another number of them, is not compared.
        source (str): What the one place is, for messages.
        other (str): What the other one is.

    Raises:
        StNetInputError: If a class has two numbers; names both places.
    """
    if not names or not others or len(names) != len(others):
        return
    if [*names] == [*others]:
        return  # of which two may have one name
    numbers = {name: i for i, name in enumerate(others)}
    for i, name in enumerate(names):
        if numbers.get(name, i) != i:
            raise StNetInputError(
                f'class {name!r} is number {i} of {source}, but number '
                f'{numbers[name]} of {other}: give both their class names '
                'in the same order'
            )
    renamed = [i for i, name in enumerate(names) if name != others[i]]
    if renamed:
        first = renamed[0]
        MMLogger.get_current_instance().warning(
            f'{len(renamed)} of {len(names)} classes have other names in '
            f'{source} than in {other}: number {first} is {names[first]!r} '
            f'and {others[first]!r}. Make sure that they are the same classes.'
        )
