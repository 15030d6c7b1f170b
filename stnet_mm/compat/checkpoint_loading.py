"""Reading checkpoints of others: plain data, whatever the version of torch."""

from __future__ import annotations

import functools
from typing import Any
from unittest import mock

import torch
from mmengine.runner import CheckpointLoader

from ..utils.archive_check import check_archive
from ..utils.checkpoint import check_content, explain_unreadable
from ..utils.torch_version import torch_version
from . import restricted_pickle
from .restricted_pickle import mmengine_globals

_torch_load = torch.load


def patch_checkpoint_loading() -> bool:
    """Let MMEngine read checkpoints of plain data, and no others.

    It calls ``torch.load`` without ``weights_only``. Before torch 2.6 that
    runs whatever is in the file, and since then it cannot read the
    ``HistoryBuffer`` objects which MMEngine's own Runner writes
    (open-mmlab/mmengine#1655). All of MMEngine's doors lead through
    ``CheckpointLoader.load_checkpoint``.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    load = CheckpointLoader.load_checkpoint
    if hasattr(load, '__wrapped__'):
        return False
    if _allows_mmengine():
        torch.serialization.add_safe_globals(
            [(found, name) for name, found in mmengine_globals().items()]
        )

    @functools.wraps(load)
    def load_plain(
        cls: type, filename: str, *args: Any, **kwargs: Any
    ) -> dict:
        with explain_unreadable(filename), mock.patch.object(
            torch, 'load', load_plain_data
        ):
            checkpoint = load(filename, *args, **kwargs)
        check_content(checkpoint, filename)
        return checkpoint

    CheckpointLoader.load_checkpoint = classmethod(load_plain)
    return True


def load_plain_data(file: Any, *args: Any, **kwargs: Any) -> Any:
    """As ``torch.load``, of whole files and plain data only.

    Args:
        file (str | Path | BinaryIO): A file.
        *args: Those of ``torch.load``.
        **kwargs: Those of ``torch.load``; ``weights_only`` is set.

    Returns:
        Any: What is in it.

    Raises:
        StNetInputError: If the file is damaged or of another kind.
        Exception: Whatever ``torch.load`` and unpicklers raise.
    """
    check_archive(file)
    kwargs['weights_only'] = True
    if not _allows_mmengine():
        kwargs.update(weights_only=False, pickle_module=restricted_pickle)
    return _torch_load(file, *args, **kwargs)


def _allows_mmengine() -> bool:
    """Whether PyTorch's own unpickler can be told what MMEngine stores.

    2.4 has the function, but takes names only from 2.6 on.
    """
    return torch_version() >= (2, 6)
