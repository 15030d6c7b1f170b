"""What the machine can do at best, measured beside everything else."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .report import Case


def convolution(device: str, dtype: torch.dtype) -> Case:
    """A large 3x3 convolution, channels last: the limit of a network's rate.

    Args:
        device (str): Where to run it.
        dtype (torch.dtype): What to compute in.

    Returns:
        Case: Its work is in GMACs.
    """
    batch, channels, size = (16, 256, 28) if device == 'cpu' else (64, 512, 56)
    last = dict(memory_format=torch.channels_last)
    x = torch.randn(batch, channels, size, size, device=device, dtype=dtype)
    weight = torch.randn(channels, channels, 3, 3, device=device, dtype=dtype)
    x, weight = x.contiguous(**last), weight.contiguous(**last)

    def run() -> Tensor:
        with torch.inference_mode():
            return F.conv2d(x, weight, padding=1)

    macs = batch * channels * channels * 9 * size * size
    name = f'limit: convolution, {_short(dtype)}'
    return Case(name, run, macs / 1e9, bits_of(dtype))


def matrix_product(device: str, dtype: torch.dtype) -> Case:
    """A large matrix product: the chip's rate, if its library is good.

    Args:
        device (str): Where to run it.
        dtype (torch.dtype): What to compute in.

    Returns:
        Case: Its work is in GMACs.
    """
    size = 2048 if device == 'cpu' else 8192
    a = torch.randn(size, size, device=device, dtype=dtype)

    def run() -> Tensor:
        with torch.inference_mode():
            return a @ a

    name = f'limit: matrix product, {_short(dtype)}'
    return Case(name, run, size**3 / 1e9, bits_of(dtype))


def memory_copy(device: str) -> Case:
    """Copying memory.

    Args:
        device (str): Where.

    Returns:
        Case: Its work is in GB, read and written.
    """
    source = torch.ones(2**26, device=device)  # 256 MB
    target = torch.empty_like(source)
    return Case(
        'limit: memory copy',
        lambda: target.copy_(source),
        2 * source.numel() * 4 / 1e9,
    )


def bits_of(dtype: torch.dtype) -> int:
    """Bits of a number: 16 or 32."""
    return torch.finfo(dtype).bits


def _short(dtype: torch.dtype) -> str:
    return {torch.float32: 'fp32', torch.bfloat16: 'bf16'}.get(dtype, 'fp16')
