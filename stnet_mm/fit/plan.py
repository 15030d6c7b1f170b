"""Which settings of the own-data recipe suit the data and the machine."""

from __future__ import annotations

import torch

from ..utils.workers import count_cores
from .clips import FitClips
from .disk import frames_fit
from .folder import FitFolder
from .options import FitOptions

# docs/own_data.md has the measurements behind these.
BATCH_SIZE = 8
MIN_ITERS = 330
EPOCHS = 15
# Memory below which a GPU trains the smaller network, in bytes.
LARGE_GPU = 8e9


def choose_network() -> str:
    """Choose a network by what there is to compute with.

    Returns:
        str: ``'r50'`` where there is a GPU of 8 GB or more, else ``'lite0'``.
    """
    if not torch.cuda.is_available():
        return 'lite0'
    memory = torch.cuda.get_device_properties(0).total_memory
    return 'r50' if memory >= LARGE_GPU else 'lite0'


def choose_max_iters(clips: int, batch_size: int) -> int:
    """Choose how long to train: some epochs, and enough updates.

    Args:
        clips (int): Clips to train on.
        batch_size (int): Clips of a step.

    Returns:
        int: Steps.
    """
    # Smaller batches are put together, to updates by BATCH_SIZE clips.
    enough = MIN_ITERS * max(1, BATCH_SIZE // batch_size)
    return max(enough, -(-EPOCHS * clips // batch_size))


def choose_num_workers() -> int:
    """Choose how many processes load clips.

    Returns:
        int: On a CPU one, which leaves the other cores to the network.
    """
    if not torch.cuda.is_available():
        return 1
    return min(8, count_cores())


def choose_settings(
    options: FitOptions, folder: FitFolder, clips: FitClips
) -> dict:
    """Values for the lines to edit of the own-data config.

    Args:
        options (FitOptions): What is asked of the fit.
        folder (FitFolder): The fit's folder.
        clips (FitClips): The clips.

    Returns:
        dict: Values by the names of variables.
    """
    batch_size = options.batch_size or BATCH_SIZE
    test = 'test' if 'test' in clips.splits else 'val'
    val = 'val' if 'val' in clips.splits else 'test'
    cache = None
    if frames_fit(clips.frames, folder.root):
        cache = str(folder.frames.resolve())
    return dict(
        num_classes=len(clips.classes),
        data_root=str(clips.root),
        list_folder=str(folder.lists.resolve()),
        val_list=f'{val}.txt',
        test_list=f'{test}.txt',
        network=options.network or choose_network(),
        load_from=options.load_from,
        mirror=options.mirror,
        frame_cache=cache,
        batch_size=batch_size,
        num_workers=choose_num_workers(),
        max_iters=options.max_iters
        or choose_max_iters(len(clips.splits['train']), batch_size),
    )
