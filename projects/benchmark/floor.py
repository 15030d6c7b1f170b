"""The least time that a network's convolutions and products can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.flop_counter import flop_registry

BYTES = 2  # of a number in 16 bits


class Floor(TorchDispatchMode):
    """Adds up, for each convolution and product, what it needs at least.

    That is its arithmetic at the chip's rate, or reading what it takes and
    writing what it gives, each once and in 16 bits, at the memory's rate;
    whichever takes longer. All else is taken to be free.

    Args:
        flops (float): Operations a second.
        bandwidth (float): Bytes a second.

    Attributes:
        seconds (float): The sum.
        operations (int): Operations so far.
    """

    def __init__(self, flops: float, bandwidth: float) -> None:
        super().__init__()
        self.flops, self.bandwidth = flops, bandwidth
        self.seconds = 0.0
        self.operations = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        count = flop_registry.get(func._overloadpacket)
        if count is not None:
            operations = count(*args, **(kwargs or {}), out_val=out)
            tensors = [
                x
                for x in tree_flatten((args, out))[0]
                if isinstance(x, torch.Tensor)
            ]
            moved = BYTES * sum(x.numel() for x in tensors)
            self.operations += operations
            self.seconds += max(
                operations / self.flops, moved / self.bandwidth
            )
        return out


def find_floor(
    run: Callable[[], object], flops: float, bandwidth: float
) -> Floor:
    """Run something, and find the least time that it can take.

    Args:
        run (Callable): Runs the network, with its backward pass if that
            counts; eagerly.
        flops (float): Operations a second of the chip, as measured.
        bandwidth (float): Bytes a second of its memory, as measured.

    Returns:
        Floor: What was added up.
    """
    with Floor(flops, bandwidth) as floor:
        run()
    return floor
