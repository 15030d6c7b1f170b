"""Reading checkpoints, and making them fit to be published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from mmengine.runner import CheckpointLoader
from torch import Tensor

from ..errors import StNetInputError
from ..version import __version__
from . import package_file, safetensors_file  # noqa: F401  (their loaders)
from .room import MEMORY, describe_lack
from .state_dict import plain_state_dict

# Under this name a published file's ``meta`` holds its config, as text.
CONFIG = 'stnet_config'
# What else of ``meta`` belongs to the weights.
KEPT = ('stnet', 'stnet_calibration')
# Bytes that a weight may have without having that many values stored.
_SMALL = 2**26
# Levels of dicts and lists that writing it again can stand.
_DEEPEST = 100


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
    checkpoint = CheckpointLoader.load_checkpoint(path, 'cpu')
    try:
        return {**checkpoint, 'state_dict': plain_state_dict(checkpoint)}
    except StNetInputError as error:
        raise StNetInputError(f'{path}: {error}') from error


@contextmanager
def explain_unreadable(path: str) -> Iterator[None]:
    """Turn whatever goes wrong while a checkpoint is read into one line.

    Damaged and forged files make unpicklers raise nearly everything.

    Args:
        path (str): File or URL.

    Raises:
        OSError: If there is no such file, or it may not be read.
        StNetInputError: If it is not a checkpoint, or the URL cannot be
            reached; names it.
    """
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except StNetInputError as error:
        if path in str(error):
            raise
        raise StNetInputError(
            f'{path} is not a checkpoint that can be read: {error}'
        ) from error
    except (ImportError, KeyboardInterrupt):
        raise
    except Exception as error:
        if isinstance(error, OSError) and re.match('[a-z0-9-]+://', path):
            raise StNetInputError(
                f'{path} cannot be downloaded ({error}): download it '
                'elsewhere and give its path'
            ) from error
        # Not the error's own words: torch advises to load the file unsafely.
        raise StNetInputError(
            f'{path} is not a checkpoint that can be read: '
            f'{_suspicion(path, error)} ({type(error).__name__})'
        ) from error


def _suspicion(path: str, error: Exception) -> str:
    if describe_lack(error) == MEMORY:
        return 'it needs more memory than there is'
    if Path(path).is_file():
        with open(path, 'rb') as file:
            if file.read(100).lstrip().startswith(b'<'):
                return 'it is a web page'
    return 'it is cut short, or holds something else than weights'


def check_content(checkpoint: object, name: str) -> None:
    """Check that a checkpoint holds what its readers take for granted.

    Args:
        checkpoint (object): What was read.
        name (str): Its name, for messages.

    Raises:
        StNetInputError: If something in it is of another type.
    """
    if not isinstance(checkpoint, Mapping):
        raise StNetInputError(f'{name} holds no state dict')
    meta = checkpoint.get('meta')
    dataset = meta.get('dataset_meta') if isinstance(meta, Mapping) else None
    for what, value in (
        ('what is', checkpoint),
        ('state_dict', checkpoint.get('state_dict', {})),
        ('meta', {} if meta is None else meta),
        ('dataset_meta', {} if dataset is None else dataset),
    ):
        if not isinstance(value, Mapping) or not all(
            isinstance(key, str) for key in value
        ):
            raise StNetInputError(
                f'{name} is not a checkpoint: {what} in it is not a dict of '
                'named values'
            )
    classes = dataset.get('classes') if dataset else None
    if not isinstance(classes, (list, tuple, str, type(None))) or not all(
        isinstance(c, str) for c in classes or ()
    ):
        raise StNetInputError(
            f'{name} is not a checkpoint: class names in it are not text'
        )
    _check_parts(checkpoint, name)


def _check_parts(checkpoint: object, name: str) -> None:
    """Check everything inside, at any depth."""
    seen: set[int] = set()
    rest = [(checkpoint, 0)]
    while rest:
        part, depth = rest.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if depth > _DEEPEST:
            raise StNetInputError(
                f'{name} is not a checkpoint: it is nested too deeply'
            )
        if isinstance(part, Tensor) and not _has_values(part):
            raise StNetInputError(
                f'{name} is not a checkpoint: a tensor of shape '
                f'{tuple(part.shape)} in it has not that many values'
            )
        if isinstance(part, Mapping):
            rest += [(value, depth + 1) for value in part.values()]
        elif isinstance(part, (list, tuple)):
            rest += [(value, depth + 1) for value in part]


def _has_values(tensor: Tensor) -> bool:
    """Whether a tensor is no promise of values that a few bytes make."""
    if tensor.layout is not torch.strided or tensor.is_meta:
        return False
    size = tensor.numel() * tensor.element_size()
    # Storages of PyTorch 1.13 have another name.
    storage = getattr(tensor, 'untyped_storage', tensor.storage)
    return size <= _SMALL or size <= storage().nbytes()


def to_publish(
    checkpoint: dict,
    classes: Sequence[str] | None = None,
    config: str | None = None,
) -> dict:
    """What inference needs of a checkpoint, in plain types only.

    Args:
        checkpoint (dict): A checkpoint, or a bare state dict.
        classes (Sequence[str], optional): Class names. Defaults to None:
            those in the checkpoint, if any.
        config (str, optional): Its config, as of ``pack_config``. Defaults
            to None: that in the checkpoint, if any.

    Returns:
        dict: ``state_dict``, on the CPU, and ``meta`` with the class names
        and the config.

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
    meta.update({key: old[key] for key in KEPT if key in old})
    config = config or old.get(CONFIG)
    if config:
        meta[CONFIG] = config
    if classes:
        bias = state.get('cls_head.fc_cls.bias')
        if bias is not None and len(bias) != len(classes):
            raise StNetInputError(
                f'there are {len(classes)} class names for {len(bias)} classes'
            )
        meta['dataset_meta'] = dict(classes=[str(name) for name in classes])
    return dict(meta=meta, state_dict=state)
