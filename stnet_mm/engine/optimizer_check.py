"""Whether the state of an optimizer in a checkpoint is that of ours."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.optim import Optimizer

# Settings of a group that every version of PyTorch has. Those that came later,
# such as 'fused', may be missing: PyTorch puts in their defaults.
_NEEDED = {
    *('lr', 'weight_decay', 'eps', 'betas', 'alpha', 'rho', 'lr_decay'),
    *('momentum', 'dampening', 'nesterov', 'amsgrad'),
}
# What optimizers keep of each weight, in its shape.
_LIKE_WEIGHT = ('momentum_buffer', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq')


def optimizer_fault(saved: Any, optimizer: Optimizer, done: int) -> str | None:
    """Find why an optimizer cannot go on from a state.

    PyTorch compares the numbers of weights only.

    Args:
        saved (Any): The state in a checkpoint.
        optimizer (Optimizer): The optimizer.
        done (int): Steps of the training that was saved.

    Returns:
        str | None: What is wrong; None if nothing is.
    """
    groups = saved.get('param_groups') if isinstance(saved, dict) else None
    state = saved.get('state') if isinstance(saved, dict) else None
    if not (
        isinstance(groups, list)
        and isinstance(state, dict)
        and all(isinstance(group, dict) for group in groups)
    ):
        return 'its optimizer is no state of an optimizer'
    own = optimizer.state_dict()['param_groups']
    if len(groups) != len(own) or not all(map(_fits_group, groups, own)):
        return 'its optimizer is another one, or of another model'
    keeps = any(group.get('momentum') or group.get('betas') for group in own)
    if keeps and done and not state:
        return 'its optimizer has no state'
    numbers = [number for group in groups for number in group['params']]
    weights = [w for group in optimizer.param_groups for w in group['params']]
    shapes = {n: tuple(w.shape) for n, w in zip(numbers, weights)}
    needed = _needed(state, optimizer) if keeps else set()
    for number, values in state.items():
        if number not in shapes or not _fits_weight(
            values, shapes[number], needed
        ):
            return f'what its optimizer keeps of weight {number} does not fit'
    return None


def _needed(state: dict, optimizer: Optimizer) -> set[str]:
    """What is kept of every weight, if it is of any."""
    if not type(optimizer).__module__.startswith('torch.optim.'):
        return set()  # others may keep different things of each
    kept = {
        key
        for values in state.values()
        if isinstance(values, dict)
        for key in values
    }
    return kept & {'step', *_LIKE_WEIGHT}


def is_count(value: object) -> bool:
    """Whether a value is a whole number from 0 on, and no bool.

    Args:
        value (object): The value.

    Returns:
        bool: Whether it is.
    """
    return type(value) is int and value >= 0


def is_alike(saved: object, own: object) -> bool:
    """Whether a setting in a checkpoint may take the place of ours.

    Args:
        saved (object): That in the checkpoint.
        own (object): Ours.

    Returns:
        bool: Whether both are numbers, switches, lists as long, or else of
        the same type.
    """
    if own is None or isinstance(own, bool):
        return saved is None or isinstance(saved, bool)
    if isinstance(own, (int, float, Tensor)):
        return _is_number(saved)
    if isinstance(own, (list, tuple)):
        return isinstance(saved, (list, tuple)) and len(saved) == len(own)
    return isinstance(saved, type(own))


def _fits_group(saved: dict, own: dict) -> bool:
    params = saved.get('params')
    return (
        isinstance(params, list)
        and len(params) == len(own['params'])
        and all(map(is_count, params))
        and saved.keys() >= own.keys() & _NEEDED
        and all(
            is_alike(saved[key], own[key])
            for key in saved.keys() & own.keys() - {'params'}
        )
    )


def _is_number(value: object) -> bool:
    if isinstance(value, Tensor):
        return value.numel() == 1
    return isinstance(value, (int, float))


def _fits_weight(values: object, shape: tuple, needed: set[str]) -> bool:
    if not isinstance(values, dict) or not needed <= values.keys():
        return False
    if not _is_number(values.get('step', 0)):
        return False
    return all(
        tuple(values[key].shape) == shape
        if isinstance(values[key], Tensor)
        else values[key] is None and key not in needed
        for key in _LIKE_WEIGHT
        if key in values
    )
