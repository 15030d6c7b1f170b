"""Checkpoints whose values are of other types, or missing."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from .mutant import Mutant

MISSING = object()
VALUES: dict[str, Any] = {
    'missing': MISSING,
    'None': None,
    'text': 'text',
    'a number': -3,
    'a list': [1, 'x'],
    'a dict': {1: 2},
    'a tensor': torch.zeros(2, 3),
}
WEIGHT = 'cls_head.fc_cls.weight'
PLACES: tuple[tuple, ...] = (
    ('state_dict',),
    ('state_dict', WEIGHT),
    ('meta',),
    ('meta', 'epoch'),
    ('meta', 'iter'),
    ('meta', 'dataset_meta'),
    ('meta', 'dataset_meta', 'classes'),
    ('optimizer',),
    ('optimizer', 'state'),
    ('optimizer', 'state', 0),
    ('optimizer', 'state', 0, 'exp_avg'),
    ('optimizer', 'param_groups'),
    ('optimizer', 'param_groups', 0),
    ('optimizer', 'param_groups', 0, 'lr'),
    ('optimizer', 'param_groups', 0, 'betas'),
    ('optimizer', 'param_groups', 0, 'params'),
    ('message_hub',),
    ('message_hub', 'log_scalars'),
    ('message_hub', 'log_scalars', 'train/loss'),
    ('message_hub', 'runtime_info'),
    ('message_hub', 'runtime_info', 'best_score'),
    ('message_hub', 'runtime_info', 'keep_ckpt_ids'),
    ('message_hub', 'resumed_keys'),
    ('param_schedulers',),
    ('param_schedulers', 1),
    ('param_schedulers', 1, 'last_step'),
)


def wrong_types(whole: Path) -> Iterator[Mutant]:
    """Change values of a checkpoint.

    Args:
        whole (Path): The checkpoint.

    Yields:
        Mutant: The checkpoint with one value of another type, or without it;
        or with one that is of the right type, and a trap.
    """
    content = torch.load(whole, weights_only=True)
    names = [*VALUES]
    for number, place in enumerate(PLACES):
        # Four of the seven for each place.
        for name in (names * 2)[number % 7 : number % 7 + 4]:
            yield Mutant(
                'wrong types',
                f'{name} as {".".join(map(str, place))}',
                functools.partial(_write, content, place, VALUES[name]),
            )
    for name, write in (
        ('a config', _with_config),
        ('a folder to remove', _with_best_folder),
        ('another optimizer', _with_sgd),
    ):
        yield Mutant('traps', name, functools.partial(write, content))


def _write(
    content: dict, place: tuple, value: Any, path: Path, *unused: Path
) -> None:
    changed = copy.deepcopy(content)
    target = changed
    for key in place[:-1]:
        target = target[key]
    if value is MISSING:
        del target[place[-1]]
    else:
        target[place[-1]] = value
    torch.save(changed, path)


def _with_config(
    content: dict, path: Path, canary: Path, victim: Path
) -> None:
    config = f'open({str(canary)!r}, "w").close()'
    meta = dict(content['meta'], config=config, cfg=config)
    torch.save(dict(content, meta=meta), path)


def _with_best_folder(
    content: dict, path: Path, canary: Path, victim: Path
) -> None:
    changed = copy.deepcopy(content)
    info = changed['message_hub']['runtime_info']
    # MMEngine removes the best checkpoint when there is a better one.
    info.update(best_ckpt=str(victim), best_score=-1.0)
    torch.save(changed, path)


def _with_sgd(content: dict, path: Path, canary: Path, victim: Path) -> None:
    weights = [
        torch.nn.Parameter(value)
        for value in content['state_dict'].values()
        if value.is_floating_point()
    ]
    optimizer = torch.optim.SGD(weights, lr=0.1, momentum=0.9)
    torch.save(dict(content, optimizer=optimizer.state_dict()), path)
