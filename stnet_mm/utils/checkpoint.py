"""Reading checkpoints, and making them fit to be published."""

from __future__ import annotations

import pickle
import re
from collections.abc import Sequence
from pathlib import Path

from mmengine.runner import CheckpointLoader

from ..errors import StNetInputError
from ..version import __version__
from . import package_file, safetensors_file  # noqa: F401  (their loaders)
from .state_dict import plain_state_dict


def read_checkpoint(path: str) -> dict:
    """Read a checkpoint, or say in one line why it cannot be read.

    Args:
        path (str): File or URL, ``.pth`` or ``.safetensors``, or
            ``package://NAME`` of an installed package of weights.

    Returns:
        dict: ``state_dict``, as of ``plain_state_dict``, and what else is in
        it.

    Raises:
        FileNotFoundError: If there is no such file.
        StNetInputError: If the file is not a checkpoint, the URL cannot be
            reached, or it holds two models.
    """
    try:
        checkpoint = CheckpointLoader.load_checkpoint(path, 'cpu')
    except (FileNotFoundError, StNetInputError):
        raise
    except (EOFError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        if isinstance(error, OSError) and re.match('[a-z0-9-]+://', path):
            raise StNetInputError(
                f'{path} cannot be downloaded ({error}): download it '
                'elsewhere and give its path'
            ) from error
        # Not the error's own words: torch advises to load the file unsafely.
        raise StNetInputError(
            f'{path} is not a checkpoint that can be read: {_suspicion(path)} '
            f'({type(error).__name__})'
        ) from error
    if not isinstance(checkpoint, dict):
        raise StNetInputError(f'{path} holds no state dict')
    try:
        return {**checkpoint, 'state_dict': plain_state_dict(checkpoint)}
    except StNetInputError as error:
        raise StNetInputError(f'{path}: {error}') from error


def _suspicion(path: str) -> str:
    if Path(path).is_file():
        with open(path, 'rb') as file:
            if file.read(100).lstrip().startswith(b'<'):
                return 'it is a web page'
    return 'it is cut short, or holds something else than weights'


def to_publish(checkpoint: dict, classes: Sequence[str] | None = None) -> dict:
    """What inference needs of a checkpoint, in plain types only.

    Args:
        checkpoint (dict): A checkpoint, or a bare state dict.
        classes (Sequence[str], optional): Class names. Defaults to None:
            those in the checkpoint, if any.

    Returns:
        dict: ``state_dict``, on the CPU, and ``meta`` with the class names.

    Raises:
        StNetInputError: If there are no weights in the checkpoint, or another
            number of class names than of classes.
    """
    state = {
        name: tensor.detach().cpu().clone()
        for name, tensor in plain_state_dict(checkpoint).items()
    }
    if not state:
        raise StNetInputError('it holds no weights')
    old = checkpoint.get('meta') or {}
    classes = classes or (old.get('dataset_meta') or {}).get('classes')
    meta: dict = dict(stnet_mm_version=__version__)
    for length in ('epoch', 'iter'):
        if length in old:
            meta[length] = int(old[length])
    if 'stnet' in old:
        meta['stnet'] = old['stnet']
    if classes:
        bias = state.get('cls_head.fc_cls.bias')
        if bias is not None and len(bias) != len(classes):
            raise StNetInputError(
                f'there are {len(classes)} class names for {len(bias)} classes'
            )
        meta['dataset_meta'] = dict(classes=[str(name) for name in classes])
    return dict(meta=meta, state_dict=state)
