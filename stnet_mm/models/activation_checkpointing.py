"""Activation checkpointing: less memory in training, for more computing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import cast

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils import checkpoint


def checkpointed(module: nn.Module, x: Tensor) -> Tensor:
    """Run a module, and run it again in the backward pass.

    Nothing between its input and output is stored meanwhile. The second run
    does not count the batch again in the running statistics of BatchNorm.

    Args:
        module (nn.Module): The module.
        x (Tensor): Its input. The module must not change it in place.

    Returns:
        Tensor: Its output.
    """
    runs = itertools.count()

    def run(x: Tensor) -> Tensor:
        first = next(runs) == 0
        with nullcontext() if first else _running_statistics_held(module):
            return module(x)

    return checkpoint.checkpoint(run, x, use_reentrant=False)


def batch_norms(module: nn.Module) -> list[_BatchNorm]:
    """The BatchNorm layers in a module."""
    return [m for m in module.modules() if isinstance(m, _BatchNorm)]


@contextmanager
def _running_statistics_held(module: nn.Module) -> Iterator[None]:
    """Normalize by the batch without updating running statistics."""
    held = [
        (m, m.momentum, _batch_counter(m).clone())
        for m in batch_norms(module)
        if m.training and m.track_running_stats
    ]
    for layer, _, _ in held:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum, batches in held:
            layer.momentum = momentum
            _batch_counter(layer).copy_(batches)


def _batch_counter(layer: _BatchNorm) -> Tensor:
    """The counter that a layer has if it tracks statistics."""
    return cast(Tensor, layer.num_batches_tracked)
