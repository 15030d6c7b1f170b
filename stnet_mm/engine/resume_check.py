"""What a checkpoint says about a training is checked before it goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.logging import HistoryBuffer
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch import Tensor

from ..errors import StNetInputError
from .optimizer_check import is_alike, is_count, optimizer_fault
from .process_buffers import KEY

# What a checkpoint says about the epoch it is in: its number, first step and
# number of steps.
EPOCH = 'stnet_epoch'


def check_resumable(runner: Runner, checkpoint: dict, name: str) -> None:
    """Check that a training can go on from a checkpoint.

    Args:
        runner (Runner): It has built the optimizer and its schedules.
        checkpoint (dict): What was loaded. Paths in it of files that are
            not in the work directory are taken out: MMEngine would remove
            them when there is a better checkpoint. Methods of histories
            become MMEngine's.
        name (str): The checkpoint's name, for messages.

    Raises:
        StNetInputError: If something is missing, of another type, or of
            another optimizer.
    """
    for fault in _faults(runner, checkpoint):
        raise StNetInputError(
            f'{name} cannot be resumed from: {fault}. To start from its '
            'weights alone, name it as load_from'
        )
    hub = checkpoint['message_hub']
    _without_files_elsewhere(hub, Path(runner.work_dir))
    for key, history in hub['log_scalars'].items():
        hub['log_scalars'][key] = HistoryBuffer(
            history._log_history, history._count_history, history.max_length
        )


def _faults(runner: Runner, checkpoint: dict) -> Iterator[str]:
    """What is wrong; what follows may rest on what came before."""
    meta = checkpoint.get('meta') or {}
    for key in ('epoch', 'iter'):
        if not is_count(meta.get(key)):
            yield f'meta.{key} in it is no number'
    if not (meta.get('seed') is None or is_count(meta['seed'])):
        yield 'meta.seed in it is no number'
    yield from _hub_faults(checkpoint.get('message_hub'))
    wrapper: Any = runner.optim_wrapper
    if 'optimizer' not in checkpoint:
        yield 'it holds no optimizer'
    # There may be several optimizers.
    if isinstance(wrapper, OptimWrapper):
        fault = optimizer_fault(
            checkpoint['optimizer'], wrapper.optimizer, meta['iter']
        )
        if fault is not None:
            yield fault
    if not _are_buffers(checkpoint.get(KEY, [])):
        yield f'{KEY} in it is odd'
    if isinstance(runner.param_schedulers, list):
        yield from _schedule_faults(
            checkpoint.get('param_schedulers'), runner.param_schedulers
        )


def _hub_faults(hub: Any) -> Iterator[str]:
    """What is wrong with what was logged."""
    parts = ('log_scalars', 'runtime_info', 'resumed_keys')
    if not (
        isinstance(hub, dict) and all(_is_named(hub.get(p)) for p in parts)
    ):
        yield 'it has no message_hub, with what was logged'
    for key, value in hub['log_scalars'].items():
        if not _is_history(value):
            yield f'message_hub.log_scalars.{key} in it is no history'
    info = hub['runtime_info']
    kept = info.get('keep_ckpt_ids', [])
    if not (isinstance(kept, list) and all(map(is_count, kept))):
        yield 'keep_ckpt_ids in it are no numbers'
    for key in ('epoch', 'iter', 'max_epochs', 'max_iters'):
        if not is_count(info.get(key, 0)):
            yield f'message_hub.{key} in it is no number'
    epoch = info.get(EPOCH, (0, 0, 1))
    if not (
        isinstance(epoch, (list, tuple))
        and len(epoch) == 3
        and all(map(is_count, epoch))
        and epoch[2] > 0
    ):
        yield f'{EPOCH} in it is odd'
    for key, value in info.items():
        if key.startswith('best_score') and not isinstance(
            value, (int, float)
        ):
            yield f'{key} in it is no number'


def _schedule_faults(saved: Any, own: list) -> Iterator[str]:
    """What is wrong with the schedules of rates."""
    if not (
        isinstance(saved, list)
        and len(saved) == len(own)
        and all(map(_is_named, saved))
    ):
        yield 'it has other schedules (param_scheduler)'
    for schedule, mine in zip(saved, own):
        for key, value in mine.state_dict().items():
            if key not in schedule or not is_alike(schedule[key], value):
                yield f'{key} of its {type(mine).__name__} is missing or odd'


def _are_buffers(processes: object) -> bool:
    return isinstance(processes, list) and all(
        _is_named(buffers)
        and buffers.keys() == processes[0].keys()
        and all(
            isinstance(value, Tensor)
            and value.shape == processes[0][key].shape
            for key, value in buffers.items()
        )
        for buffers in processes
    )


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(k, str) for k in value)


def _is_history(value: object) -> bool:
    values = getattr(value, '_log_history', None)
    counts = getattr(value, '_count_history', None)
    return (
        isinstance(value, HistoryBuffer)
        and isinstance(values, np.ndarray)
        and isinstance(counts, np.ndarray)
        and values.shape == counts.shape
        and values.ndim == 1
        and {values.dtype.kind, counts.dtype.kind} <= {*'iuf'}
        and is_count(getattr(value, 'max_length', None))
    )


def _without_files_elsewhere(hub: dict, work_dir: Path) -> None:
    info = hub['runtime_info']
    for key in [key for key in info if key.startswith('best_ckpt')]:
        path = info[key]
        # Links are not followed: the work directory may be one.
        if not isinstance(path, str) or os.path.dirname(
            os.path.abspath(path)
        ) != os.path.abspath(work_dir):
            del info[key]
            hub['resumed_keys'].pop(key, None)
