"""Checkpoints that want to run something, or to take all memory."""

from __future__ import annotations

import functools
import operator
import os
import pickle
import shutil
import subprocess
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.logging import HistoryBuffer

from .mutant import Mutant

HUGE = 2**40


class Call:
    """Pickled, it is a call.

    Args:
        function (Callable): What to call.
        *args (Any): With what.
        state (Any): State to set then. Defaults to None, none.
    """

    def __init__(
        self, function: Callable, *args: Any, state: Any = None
    ) -> None:
        self._reduced = (function, args, state)

    def __reduce__(self) -> tuple:
        function, args, state = self._reduced
        return (function, args) if state is None else (function, args, state)


def calls(canary: str, victim: str) -> dict[str, Callable[[], Any]]:
    """What a forged checkpoint may hold.

    Args:
        canary (str): A path to make.
        victim (str): A folder to remove.

    Returns:
        dict[str, Callable[[], Any]]: Makes an object to pickle, by its name.
    """
    touch = f'open({canary!r}, "w").close()'
    inner = pickle.dumps(Call(os.mkdir, canary), protocol=2)
    getter = Call(getattr, HistoryBuffer, '__init__')
    reconstruct = np.zeros(1).__reduce__()[0]
    return {
        'os.system': lambda: Call(os.system, f'touch {canary}'),
        'os.mkdir': lambda: Call(os.mkdir, canary),
        'shutil.rmtree': lambda: Call(shutil.rmtree, victim),
        'subprocess': lambda: Call(subprocess.call, ['touch', canary]),
        'eval': lambda: Call(eval, touch),
        'exec': lambda: Call(exec, touch),
        'import': lambda: Call(__import__, 'this'),
        'open': lambda: Call(open, canary, 'w'),
        'pickle.loads': lambda: Call(pickle.loads, inner),
        'torch.hub': lambda: Call(torch.hub.load, victim, 'x'),
        'partial': lambda: Call(functools.partial, os.system, canary),
        'methodcaller': lambda: Call(operator.methodcaller, '__init__'),
        'getattr': lambda: getter,
        'getattr of getattr': lambda: Call(getattr, getter, '__globals__'),
        'state of a class': lambda: Call(
            HistoryBuffer, state=dict(_statistics_methods=getter)
        ),
        'bytes': lambda: Call(bytearray, HUGE),
        'tensor': lambda: Call(torch.Tensor, HUGE),
        'array': lambda: Call(reconstruct, np.ndarray, (HUGE,), b'b'),
        'array of objects': lambda: Call(
            reconstruct, np.ndarray, (HUGE,), 'O'
        ),
        'expanded': lambda: torch.zeros(1).expand(HUGE),
        'overlapping': lambda: torch.zeros(2**21).as_strided(
            (2**20, 2**20), (1, 1)
        ),
        'meta': lambda: torch.zeros(4, device='meta'),
        'sparse': lambda: torch.zeros(4).to_sparse(),
        'laughs': lambda: _nested(60, 2),
        'deep': lambda: _nested(300, 1),
    }


def foreign_pickles(whole: Path) -> Iterator[Mutant]:
    """Put what is foreign into a checkpoint.

    Args:
        whole (Path): The checkpoint.

    Yields:
        Mutant: The checkpoint with it; or it alone, in PyTorch's archive or
        its older format.
    """
    content = torch.load(whole, weights_only=True)
    places = ('state_dict', 'meta', 'message_hub', 'bare')
    for number, name in enumerate(calls('', '')):
        for place in (places[number % len(places)], 'alone'):
            yield Mutant(
                'foreign pickles',
                f'{name} in {place}',
                functools.partial(_write, content, name, place),
            )


def _write(
    content: dict,
    name: str,
    place: str,
    path: Path,
    canary: Path,
    victim: Path,
) -> None:
    forged = calls(str(canary), str(victim))[name]()
    if place == 'bare':
        with path.open('wb') as file:
            torch.save(forged, file, _use_new_zipfile_serialization=False)
    elif place == 'alone':
        torch.save(forged, path)
    else:
        changed = {**content, place: OrderedDict(content[place])}
        target = changed[place]
        if place == 'message_hub':
            info = dict(target['runtime_info'])
            target['runtime_info'] = info
            target = info
        target['stranger'] = forged
        torch.save(changed, path)


def _nested(depth: int, width: int) -> list:
    """A list that holds the same list several times, and so on."""
    inner = ['ha']
    for _ in range(depth):
        inner = [inner] * width
    return inner
