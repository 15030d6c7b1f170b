"""Whether an exported network does what the model does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..errors import StNetInputError
from .exported_network import ExportedNetwork, StageOutputs
from .formats import Format, Run

# In float32.
TOLERANCE = 1e-4


class Parity(NamedTuple):
    """How alike two networks are.

    Attributes:
        difference (float): The largest difference of a score.
        same_top1 (bool): Whether all videos have the same best class.
        videos (int): How many were compared.
    """

    difference: float
    same_top1: bool
    videos: int

    @property
    def holds(self) -> bool:
        """bool: Whether they are the same but for rounding."""
        return self.same_top1 and self.difference <= TOLERANCE


def compare(
    network: ExportedNetwork, run: Run, batches: Sequence[np.ndarray]
) -> Parity:
    """Compare an exported network with the model.

    Args:
        network (ExportedNetwork): The model.
        run (Run): Runs the exported one.
        batches (Sequence[np.ndarray]): Frames, each [B, T*N, H, W, 3] uint8.

    Returns:
        Parity: How alike they are.
    """
    differences, same, videos = [], True, 0
    for frames in batches:
        with torch.no_grad():
            expected = network(torch.from_numpy(frames)).numpy()
        found = run(frames)[-1]
        if found.shape != expected.shape or not np.isfinite(found).all():
            return Parity(float('inf'), False, len(frames))
        differences.append(float(np.abs(found - expected).max()))
        # Classes that are as good as equal may change places.
        best = np.take_along_axis(expected, found.argmax(1)[:, None], axis=1)[
            :, 0
        ]
        same &= bool((expected.max(1) - best <= TOLERANCE).all())
        videos += len(frames)
    return Parity(max(differences), same, videos)


def first_difference(
    network: ExportedNetwork,
    form: Format,
    example: torch.Tensor,
    frames: np.ndarray,
    contract,
) -> str:
    """Find where an exported network parts from the model.

    Args:
        network (ExportedNetwork): The model.
        form (Format): The format.
        example (Tensor): What to export with.
        frames (np.ndarray): Where they differ, [B, T*N, H, W, 3] uint8.
        contract (Contract): The contract.

    Returns:
        str: Name of the first module whose output differs.
    """
    stages = StageOutputs(network)
    found = form.load(form.convert(stages, example, contract))(frames)
    with torch.no_grad():
        expected = stages(torch.from_numpy(frames))
    for name, one, other in zip((*stages.names, 'scores'), expected, found):
        if one.shape != other.shape:
            return name
        scale = max(1.0, float(one.abs().max()))
        if not np.abs(one.numpy() - other).max() <= TOLERANCE * scale:
            return name
    return 'nothing: it comes and goes'


def require_parity(parity: Parity, name: str, where: str) -> None:
    """Refuse a file that does not do what the model does.

    Args:
        parity (Parity): What was found.
        name (str): The format.
        where (str): Name of the first module that differs.

    Raises:
        StNetInputError: If the two differ by more than rounding.
    """
    if not parity.holds:
        raise StNetInputError(
            f'as {name} the network gives other scores (up to '
            f'{parity.difference:.2g}), first at {where}: nothing was '
            'written; try another --format'
        )
