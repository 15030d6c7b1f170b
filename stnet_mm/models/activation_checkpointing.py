"""Saving memory in training: computing a module again when it is needed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils import checkpoint


def checkpointed(module: nn.Module, x: Tensor) -> Tensor:
    """Run a module without storing what its backward pass needs.

    The second run, in the backward pass, does not count the batch again in
    the running statistics of BatchNorm.

    Args:
        module (nn.Module): The module.
        x (Tensor): What it takes. The module must not change it in place.

    Returns:
        Tensor: What it puts out.
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
    """Normalise by the batch without updating running statistics."""
    held = [
        (m, m.momentum, m.num_batches_tracked.clone())
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
            layer.num_batches_tracked.copy_(batches)
