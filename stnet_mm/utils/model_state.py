"""Changing the state of a model for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode, then restore every module's mode.

    Module by module, because some may be frozen in evaluation mode while the
    rest trains.

    Args:
        model (nn.Module): The model.
    """
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode


@contextmanager
def fixed_weights(model: nn.Module) -> Iterator[None]:
    """Let autograd record nothing for the weights of a model.

    Args:
        model (nn.Module): The model.
    """
    trained = [p for p in model.parameters() if p.requires_grad]
    try:
        for parameter in trained:
            parameter.requires_grad_(False)
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
