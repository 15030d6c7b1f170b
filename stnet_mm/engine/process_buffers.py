"""Statistics of BatchNorm, of which each process has its own in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_gather_object, get_dist_info
from torch import Tensor, nn

# Where a checkpoint has those of every process.
KEY = 'stnet_buffers'


def gather_buffers(model: nn.Module) -> list[dict[str, Tensor]] | None:
    """The buffers of every process; all processes must ask.

    Args:
        model (nn.Module): The model, which may be wrapped.

    Returns:
        list[dict[str, Tensor]] | None: Those of each, by name, on the CPU;
        None if all have the same.
    """
    if get_dist_info()[1] == 1:
        return None
    model = getattr(model, 'module', model)
    names = {name for name, _ in model.named_buffers()}
    # Copies: those of a CPU would change with the model.
    own = {
        name: value.cpu().clone()
        for name, value in model.state_dict().items()
        if name in names
    }
    found = all_gather_object(own)
    same = all(
        torch.equal(value, found[0][name])
        for other in found[1:]
        for name, value in other.items()
    )
    return None if same else found


def buffers_of_this_process(
    stored: Sequence[Mapping[str, Tensor]],
) -> dict[str, Tensor]:
    """What this process has to go on with.

    Args:
        stored (Sequence[Mapping[str, Tensor]]): Those of every process of
            the training that was left.

    Returns:
        dict[str, Tensor]: Its own; where the number of processes is another,
        the mean of all.
    """
    rank, number = get_dist_info()
    if number == len(stored):
        return dict(stored[rank])
    mean = {}
    for name, first in stored[0].items():
        all_of_it = torch.stack([other[name] for other in stored])
        # Counts of batches are the same everywhere.
        whole = not first.is_floating_point()
        mean[name] = first if whole else all_of_it.mean(0)
    return mean
