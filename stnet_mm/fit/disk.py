"""Whether the disk has room for what a fit writes."""

from __future__ import annotations

import shutil
from pathlib import Path

from torch import nn

from ..errors import StNetInputError

# What decoded frames may take at most: so much, and this share of what the
# disk has left.
CACHE_BYTES = 50e9
CACHE_SHARE = 0.5
# Of 128 pixels' short side, 16:9.
BYTES_PER_FRAME = 128 * 228 * 3
# The last two, the best one and one that is being written.
CHECKPOINTS = 4
# Each parameter and the optimizer's two averages of it, in float32.
BYTES_PER_PARAMETER = 3 * 4


def frames_fit(frames: int, folder: Path) -> bool:
    """Whether the decoded frames of all clips may be kept on the disk.

    Args:
        frames (int): Frames of all clips.
        folder (Path): An existing folder on that disk.

    Returns:
        bool: Whether they may.
    """
    needed = frames * BYTES_PER_FRAME
    free = shutil.disk_usage(folder).free
    return needed <= min(CACHE_BYTES, CACHE_SHARE * free)


def check_room_for_checkpoints(model: nn.Module, folder: Path) -> None:
    """Check before training what would end it hours later.

    Args:
        model (nn.Module): The model to train.
        folder (Path): An existing folder on the disk for its checkpoints.

    Raises:
        StNetInputError: If they do not fit.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    needed = CHECKPOINTS * BYTES_PER_PARAMETER * parameters
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StNetInputError(
            f'{folder}: the disk has {free / 1e6:.0f} MB left, and the '
            f'checkpoints need {needed / 1e6:.0f} MB: free some space and '
            'run it again, or choose another --out'
        )
