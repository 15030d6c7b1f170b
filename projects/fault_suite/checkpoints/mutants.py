"""All checkpoints that strangers hand over."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .damage import bits_flipped, cut, holes
from .foreign_pickles import foreign_pickles
from .mutant import Mutant
from .other_files import other_files
from .wrong_types import wrong_types


def make_mutants(whole: Path, count: int, seed: int = 0) -> list[Mutant]:
    """Make damaged and forged checkpoints.

    Args:
        whole (Path): A checkpoint of a training.
        count (int): How many: all that are forged, and as many damaged ones
            as make up the number.
        seed (int): What the damages follow from. Defaults to 0.

    Returns:
        list[Mutant]: The checkpoints.
    """
    forged = [
        *foreign_pickles(whole),
        *wrong_types(whole),
        *other_files(whole),
    ]
    random = np.random.default_rng(seed)
    rest = max(3, count - len(forged))
    cuts, flips = rest // 2, rest // 3
    data = whole.read_bytes()
    return [
        *cut(whole, cuts),
        *bits_flipped(data, flips, random),
        *holes(data, rest - cuts - flips, random),
        *forged,
    ]


def one_of_each(mutants: list[Mutant]) -> list[Mutant]:
    """Choose a mutant of each kind.

    Args:
        mutants (list[Mutant]): All.

    Returns:
        list[Mutant]: The first of each kind.
    """
    return list({mutant.kind: mutant for mutant in reversed(mutants)}.values())
