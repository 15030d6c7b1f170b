"""A tiny StNet with fixed weights, whose logits are known."""

from __future__ import annotations

import math
import time

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

# What compute_logits(torch.float64) is.
EXPECTED = (4.7375132334, -10.9930603878, -6.2581569414, -5.5142401280)
TOLERANCE = 1e-4
SEGMENTS, FRAMES, SIZE = 3, 2, 32


def run_self_test() -> dict:
    """Compute the logits of the network, and compare them.

    Returns:
        dict: ``ok`` (bool), ``logits``, ``expected`` (list[float]),
        ``difference`` (float, the largest by the largest logit),
        ``tolerance`` (float) and ``seconds`` (float).

    Raises:
        ArithmeticError: If a logit is not finite, which JSON does not have.
    """
    start = time.perf_counter()
    logits = compute_logits(torch.float32)
    if not all(map(math.isfinite, logits)):
        raise ArithmeticError(f'the logits are {logits}')
    scale = max(map(abs, EXPECTED))
    pairs = zip(logits, EXPECTED)
    difference = max(abs(a - b) for a, b in pairs) / scale
    return dict(
        ok=difference <= TOLERANCE,
        logits=logits,
        expected=list(EXPECTED),
        difference=difference,
        tolerance=TOLERANCE,
        seconds=round(time.perf_counter() - start, 2),
    )


def compute_logits(dtype: torch.dtype) -> list[float]:
    """Run the network on its input.

    Args:
        dtype (torch.dtype): What to compute in.

    Returns:
        list[float]: The logits.
    """
    trunk = dict(type='StNetSlimResNet', depth=18, base_channels=4)
    head = dict(type='TXBHead', in_channels=32, txb_channels=8)
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=dict(type='StNet', trunk=trunk, num_frames=FRAMES),
            cls_head=dict(head, num_classes=len(EXPECTED)),
        )
    )
    model.eval().to(dtype)
    _set_weights(model)
    images = SEGMENTS * FRAMES
    shape = (1, images, 3, SIZE, SIZE)
    frames = _spread(images * 3 * SIZE**2, seed=1).reshape(shape)
    with torch.inference_mode():
        logits = model(frames.to(dtype), stage='head')
    return logits[0].tolist()


def _set_weights(model: nn.Module) -> None:
    """Set every weight and statistic, to what no random generator decides."""
    for seed, (name, value) in enumerate(model.state_dict().items()):
        if not value.is_floating_point():
            continue
        values = _spread(value.numel(), seed).reshape(value.shape)
        if value.dim() > 1:
            # Keeps the variance from layer to layer.
            values *= (6 / value[0].numel()) ** 0.5
        elif name.endswith(('weight', 'running_var')):
            values = 1 + values / 4
        else:
            values /= 4
        value.copy_(values)


def _spread(count: int, seed: int) -> Tensor:
    """Numbers from -1 to 1, of integers alone: alike on every machine."""
    numbers = torch.arange(count, dtype=torch.int64) + 1009 * seed + 1
    # Squares, as multiples alone would be periodic.
    mixed = (numbers * numbers % 65521 * 7919 + numbers * 104729) % 65521
    return mixed.double() / 32760 - 1
