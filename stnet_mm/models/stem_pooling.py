"""Bias, ReLU and maximum of a ResNet's stem, on a GPU in one pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..utils.has_triton import has_triton
from ..utils.model_state import computes, replace_module


class BiasReLUMaxPool(nn.Module):
    """The bias of a convolution, ReLU, and the maximum of 3x3 places.

    The stem's feature maps are the largest of the network. PyTorch goes over
    them three times, and its maximum also writes where it was found. A
    maximum may be taken first: adding and ReLU keep the order of numbers.

    Args:
        bias (nn.Parameter): The bias, [C].
    """

    def __init__(self, bias: nn.Parameter) -> None:
        super().__init__()
        self.bias = bias

    def forward(self, x: Tensor) -> Tensor:
        """Take the maximum of every second place and its neighbors.

        Args:
            x (Tensor): Feature maps, [B, C, H, W].

        Returns:
            Tensor: Feature maps, [B, C, ceil(H / 2), ceil(W / 2)].
        """
        if x.is_cuda and has_triton():
            from .stem_pooling_kernel import bias_relu_max_pool

            return bias_relu_max_pool(x, self.bias)
        y = F.max_pool2d(x, 3, 2, 1) + self.bias.to(x.dtype)[:, None, None]
        return F.relu_(y)


@torch.no_grad()
def fuse_stem_pooling(
    model: nn.Module, names: tuple[str, ...], run: Callable[[], Tensor]
) -> bool:
    """Fuse a stem's bias, ReLU and maximum, if it is such a stem.

    Args:
        model (nn.Module): A model in evaluation mode, its BatchNorm layers
            folded; changed in place.
        names (tuple[str, ...]): Names of its layers, in the order in which
            they run.
        run (Callable[[], Tensor]): Runs the model, always on the same input.

    Returns:
        bool: Whether it was done. It is not if the model then computes
        something else.
    """
    stem = _modules_up_to_pool(model, names)
    if len(stem) != 3:
        return False
    (_, conv), (relu_name, relu), (pool_name, pool) = stem
    if not (
        isinstance(conv, nn.Conv2d)
        and conv.bias is not None
        and isinstance(relu, nn.ReLU)
        and isinstance(pool, nn.MaxPool2d)
        and _both(pool.kernel_size) == (3, 3)
        and _both(pool.stride) == (2, 2)
        and _both(pool.padding) == (1, 1)
        and _both(pool.dilation) == (1, 1)
        and not pool.ceil_mode
    ):
        return False
    expected, bias = run(), cast(nn.Parameter, conv.bias)
    conv.bias = None
    replace_module(model, relu_name, nn.Identity())
    replace_module(model, pool_name, BiasReLUMaxPool(bias))
    if computes(run, expected):
        return True
    conv.bias = bias
    replace_module(model, relu_name, relu)
    replace_module(model, pool_name, pool)
    return False


def _modules_up_to_pool(
    model: nn.Module, names: tuple[str, ...]
) -> list[tuple[str, nn.Module]]:
    """Names and modules of the first layers that do something."""
    found = []
    for name in names:
        for inner, module in model.get_submodule(name).named_modules():
            idle = isinstance(module, (nn.Sequential, nn.Identity))
            if not any(module.children()) and not idle:
                found.append((f'{name}.{inner}'.rstrip('.'), module))
        if not found or isinstance(found[-1][1], nn.MaxPool2d):
            break
    return found


def _both(size: int | tuple[int, ...]) -> tuple[int, ...]:
    return (size, size) if isinstance(size, int) else tuple(size)
