"""Random numbers that follow from where one is, not from what came before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


def seed_all(*place: int) -> None:
    """Seed Python, NumPy and PyTorch, all devices.

    Args:
        *place (int): Non-negative numbers, such as a seed and a step; all
            the random numbers that follow depend on them only.
    """
    seed = _mix(place)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@contextmanager
def seeded(*place: int) -> Iterator[None]:
    """Seed Python, NumPy and PyTorch's CPU for a while.

    Args:
        *place (int): As of ``seed_all``.

    Yields:
        None: Afterwards all go on as if nothing had been drawn.
    """
    seed = _mix(place)
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])


def _mix(place: tuple[int, ...]) -> int:
    state = np.random.SeedSequence(place).generate_state(1, np.uint64)
    # PyTorch takes signed numbers.
    return int(state[0] >> np.uint64(1))
