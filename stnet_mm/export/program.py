"""A network as a program that takes frames of any number and size."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import StNetInputError
from ..utils.torch_version import torch_version

# Before, sizes that are not fixed are not followed through the whole network.
PROGRAM_SINCE = (2, 6)


def to_program(network: nn.Module, frames: Tensor) -> Any:
    """Trace a network, for any number and size of videos and segments.

    Args:
        network (nn.Module): Takes frames, [B, T*N, H, W, 3].
        frames (Tensor): An example of two videos or more.

    Returns:
        torch.export.ExportedProgram: The program.

    Raises:
        StNetInputError: If PyTorch is too old, or the network recurrent.
    """
    if torch_version() < PROGRAM_SINCE:
        raise StNetInputError(
            f'PyTorch {torch.__version__} exports no program of this: use '
            '2.6 or newer, or another --format'
        )
    if any(isinstance(part, nn.RNNBase) for part in network.modules()):
        # It unrolls their steps, of one number of segments.
        raise StNetInputError(
            'PyTorch exports no program of recurrent networks for any number '
            'of segments: use --format torchscript'
        )
    inner: Any = getattr(network, 'network', network)
    width, height = inner.crop_size
    dim = torch.export.Dim
    shapes = {
        0: dim('B', min=1, max=1024),
        1: inner.num_frames * dim('T', min=1, max=1024),
        2: dim('H', min=height, max=16384),
        3: dim('W', min=width, max=16384),
    }
    with _any_size():
        return torch.export.export(
            network, (frames,), dynamic_shapes=dict(frames=shapes)
        )


def _any_size() -> AbstractContextManager:
    """Let one video be as good as two: PyTorch would tell them apart."""
    from torch.fx.experimental import _config

    if hasattr(_config, 'backed_size_oblivious'):
        return _config.patch(backed_size_oblivious=True)  # type: ignore
    return nullcontext()
