"""A checkpoint that a stranger hands over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """A damaged or forged checkpoint.

    Attributes:
        kind (str): What it has in common with others.
        name (str): What is wrong with it.
        write (Callable[[Path, Path, Path], None]): Writes it to a path; it
            may try to make the second path, and to remove the third.
        suffix (str): What its name ends in.
    """

    kind: str
    name: str
    write: Callable[[Path, Path, Path], None]
    suffix: str = '.pth'


def of_bytes(
    kind: str, name: str, data: bytes, suffix: str = '.pth'
) -> Mutant:
    """A checkpoint of given content.

    Args:
        kind (str): What it has in common with others.
        name (str): What is wrong with it.
        data (bytes): Its content.
        suffix (str): What its name ends in. Defaults to ``'.pth'``.

    Returns:
        Mutant: The checkpoint.
    """
    return Mutant(
        kind, name, lambda path, *_: path.write_bytes(data) and None, suffix
    )
