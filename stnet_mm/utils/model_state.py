"""Changing the state of a model for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


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


def replace_module(model: nn.Module, name: str, new: nn.Module) -> None:
    """Put a module in the place of another one.

    Args:
        model (nn.Module): What it is a part of.
        name (str): Dotted name of the place.
        new (nn.Module): The module.
    """
    parent, _, child = name.rpartition('.')
    setattr(model.get_submodule(parent), child, new)


def computes(run: Callable[[], Tensor], expected: Tensor) -> bool:
    """Whether something still computes the same, up to rounding.

    Args:
        run (Callable[[], Tensor]): Computes it.
        expected (Tensor): What it has computed before.

    Returns:
        bool: Whether it does; not if it cannot be computed any more.
    """
    try:
        return bool((run() - expected).norm() <= 1e-4 * expected.norm())
    except RuntimeError:  # such as: there is no kernel for it
        return False


@contextmanager
def without_tf32() -> Iterator[None]:
    """Let a GPU's convolutions and products be as exact as float32 is.

    PyTorch lets convolutions round their input to the 10 bits of TF32, an
    error of 1e-3, so that two ways to compute the same cannot be compared.
    """
    parts: tuple[Any, ...] = (
        torch.backends.cudnn,
        torch.backends.cuda.matmul,
    )
    before = [part.allow_tf32 for part in parts]
    try:
        for part in parts:
            part.allow_tf32 = False
        yield
    finally:
        for part, allowed in zip(parts, before):
            part.allow_tf32 = allowed
