"""Gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


def check_gradients(module: nn.Module, loss: Callable[[], Tensor]) -> None:
    """Check that every parameter learns, and in the right direction.

    All parameters take a step in a random direction, in which each has about
    the same share in the change of the loss.

    Args:
        module (nn.Module): A network in float64.
        loss (Callable[[], Tensor]): Computes a loss with it. Random numbers
            in it are the same each time.
    """

    def seeded_loss() -> Tensor:
        torch.manual_seed(0)
        return loss()

    module.zero_grad()
    value = seeded_loss()
    value.backward()
    parameters = dict(module.named_parameters())
    for name, parameter in parameters.items():
        assert parameter.dtype == torch.float64, name
        assert parameter.grad is not None, name
        # A shift before a BN has no effect.
        assert parameter.ndim == 1 or parameter.grad.abs().sum() > 0, name
    grads = [p.grad for p in parameters.values()]
    norms = torch.stack([grad.norm() for grad in grads])
    shares = 1 / norms.clamp(min=0.01 * norms.norm().item())
    directions = [torch.randn_like(g) * s for g, s in zip(grads, shares)]
    slope = sum((g * d).sum() for g, d in zip(grads, directions)).item()

    # Small, because ReLU and maxima have kinks.
    step = 1e-8 * abs(value.item())
    values = []
    with torch.no_grad():
        for sign in (1, -2):  # forth, and back to the other side
            for parameter, direction in zip(parameters.values(), directions):
                parameter.add_(direction, alpha=sign * step)
            values.append(seeded_loss().item())
        for parameter, direction in zip(parameters.values(), directions):
            parameter.add_(direction, alpha=step)
    measured = (values[0] - values[1]) / (2 * step)
    tolerance = 3e-3 * len(grads) ** 0.5
    assert abs(measured - slope) < tolerance, (measured, slope)
