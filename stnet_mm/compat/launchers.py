"""Several processes on CPUs, which MMEngine 0.10.7 takes for GPUs."""

from __future__ import annotations

import functools
from typing import Any, Callable
from unittest import mock

import torch
from mmengine.device import get_device
from mmengine.dist import utils
from mmengine.model import MMDistributedDataParallel

LAUNCHERS = ('_init_dist_pytorch', '_init_dist_slurm', '_init_dist_mpi')


def patch_launchers() -> bool:
    """Let MMEngine start several processes where there is no accelerator.

    Its launchers choose a GPU for each process, by
    ``torch.cuda.set_device``, whether there is one or not, and its
    ``DistributedDataParallel`` is told to use that GPU. On CPUs processes
    talk by gloo.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    first = getattr(utils, LAUNCHERS[0])
    if get_device() != 'cpu' or hasattr(first, '__wrapped__'):
        return False
    for name in LAUNCHERS:
        setattr(utils, name, _without_gpu(getattr(utils, name)))

    init = MMDistributedDataParallel.__init__

    @functools.wraps(init)
    def init_on_cpus(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **{**kwargs, 'device_ids': None})

    MMDistributedDataParallel.__init__ = init_on_cpus
    return True


def _without_gpu(launcher: Callable) -> Callable:
    @functools.wraps(launcher)
    def launch(backend: str, **kwargs: Any) -> None:
        cuda: Any = torch.cuda
        with mock.patch.multiple(
            cuda, set_device=lambda device: None, device_count=lambda: 1
        ):
            launcher('gloo', **kwargs)

    return launch
