"""Inference on a CPU, a few segments at a time, which is faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

# Of a chunk, for each core: 4 MB, which a core's share of the caches holds.
# All segments at once take 1.8 times as long for T = 25; docs/performance.md
# has the measurement.
BYTES_PER_CORE = 2**22
# Counted in float32 in any case: bytes are normalized to it.
BYTES_PER_VALUE = 4


def run_in_chunks(
    run: Callable[[Tensor], Tensor], x: Tensor, chunks: int
) -> Tensor:
    """Run a function on some segments at a time.

    Args:
        run (Callable): Takes and returns feature maps, [S, ...]. It treats
            every segment by itself.
        x (Tensor): Feature maps or super-images, [B*T, C, H, W].
        chunks (int): Into how many chunks to divide the segments.

    Returns:
        Tensor: What ``run`` returns, of all segments.
    """
    if chunks == 1:
        return run(x)
    return torch.cat([run(chunk) for chunk in x.chunk(chunks)])


def count_chunks(x: Tensor, bytes_per_core: int) -> int:
    """Count the chunks that stay in the caches of a CPU.

    Args:
        x (Tensor): Feature maps or super-images, [B*T, C, H, W].
        bytes_per_core (int): What a chunk may take of each core's cache.

    Returns:
        int: The number of chunks: 1 on other devices, if autograd records,
        which keeps everything in memory anyway, and while the backbone as a
        whole is being compiled.
    """
    if x.device.type != 'cpu' or torch.is_grad_enabled() or _is_compiling():
        return 1
    # By threads, because every core has a cache of its own.
    most = bytes_per_core * torch.get_num_threads()
    segments = max(1, most // (BYTES_PER_VALUE * x[0].numel()))
    return -(-len(x) // segments)


def _is_compiling() -> bool:
    """Whether the backbone as a whole is being compiled."""
    # PyTorch 1 has no compiler, and 2.0 does not tell.
    compiler: Any = getattr(torch, 'compiler', None)
    return hasattr(compiler, 'is_compiling') and compiler.is_compiling()
