"""Whether an exported network does what the model does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

import numpy as np
import torch

from stnet_runtime.contract import Contract

from ..errors import StNetInputError
from ..models.scores import average_views, energy_score
from ..models.stnet_recognizer import StNetRecognizer
from .exported_network import ExportedNetwork, StageOutputs
from .formats import Format, Run

# In float32.
TOLERANCE = 1e-4


class Parity(NamedTuple):
    """How alike two networks are.

    Attributes:
        difference (float): The largest difference of a score.
        energy (float): The largest difference of an energy score, as a share
            of it if it is larger than 1.
        same_top1 (bool): Whether all videos have the same best class.
        videos (int): How many were compared.
    """

    difference: float
    energy: float
    same_top1: bool
    videos: int

    @property
    def holds(self) -> bool:
        """bool: Whether they are the same but for rounding."""
        worst = max(self.difference, self.energy)
        return self.same_top1 and worst <= TOLERANCE


def score_as_in_testing(
    model: StNetRecognizer, contract: Contract, frames: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the model itself says of videos, by the way of its tests.

    Args:
        model (StNetRecognizer): The model, in evaluation mode.
        contract (Contract): Says how to crop.
        frames (np.ndarray): [B, T*N, H, W, 3] uint8.

    Returns:
        tuple[np.ndarray, np.ndarray]: Scores, [B, num_classes], and energy
        scores, [B].
    """
    # [B, T*N, H, W, 3] -> [B, T*N, 3, H, W]
    videos = torch.from_numpy(frames).permute(0, 1, 4, 2, 3)
    if model.data_preprocessor.to_rgb:
        videos = videos.flip(2)
    kept = model.test_cfg
    model.test_cfg = dict(crops=contract.crops, crop_size=contract.crop_size)
    try:
        with torch.no_grad():
            logits = model.classify_views([*videos], crop=True)
    finally:
        model.test_cfg = kept
    # [B*V, num_classes] -> [B, V, num_classes]
    views = logits.unflatten(0, (len(frames), -1))
    scores = average_views(model.cls_head, views)
    return scores.numpy(), energy_score(views).numpy()


def compare(
    model: StNetRecognizer,
    contract: Contract,
    run: Run,
    batches: Sequence[np.ndarray],
) -> Parity:
    """Compare an exported network with the model.

    Args:
        model (StNetRecognizer): The model.
        contract (Contract): What the exported one takes and gives.
        run (Run): Runs the exported one.
        batches (Sequence[np.ndarray]): Frames, each [B, T*N, H, W, 3] uint8.

    Returns:
        Parity: How alike they are.
    """
    differences, energies, same, videos = [], [], True, 0
    for frames in batches:
        expected, energy = score_as_in_testing(model, contract, frames)
        found, found_energy = run(frames)
        if found.shape != expected.shape or not np.isfinite(found).all():
            return Parity(float('inf'), float('inf'), False, len(frames))
        differences.append(float(np.abs(found - expected).max()))
        relative = np.abs(found_energy - energy) / np.maximum(1, abs(energy))
        energies.append(float(relative.max()))
        # Classes that are as good as equal may change places.
        best = np.take_along_axis(expected, found.argmax(1)[:, None], axis=1)[
            :, 0
        ]
        same &= bool((expected.max(1) - best <= TOLERANCE).all())
        videos += len(frames)
    return Parity(max(differences), max(energies), same, videos)


def first_difference(
    network: ExportedNetwork,
    form: Format,
    example: torch.Tensor,
    frames: np.ndarray,
    contract: Contract,
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
    names = (*stages.names, 'scores', 'energy')
    for name, one, other in zip(names, expected, found):
        if one.shape != other.shape:
            return name
        scale = max(1.0, float(one.abs().max()))
        if not np.abs(one.numpy() - other).max() <= TOLERANCE * scale:
            return name
    return 'nothing: it comes and goes'


def refuse(parity: Parity, name: str, where: str) -> NoReturn:
    """Refuse a file that does not do what the model does.

    Args:
        parity (Parity): What was found.
        name (str): The format.
        where (str): Name of the first module that differs.

    Raises:
        StNetInputError: Always.
    """
    raise StNetInputError(
        f'as {name} the network gives other scores (up to '
        f'{parity.difference:.2g}), first at {where}: nothing was written; '
        'try another --format'
    )
