"""Configs inside of checkpoints, which MMEngine 0.10.7 runs."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from mmengine.runner import Runner


def patch_resumed_config() -> bool:
    """Let MMEngine resume without running what a checkpoint says.

    ``Runner.resume`` runs the Python text in a checkpoint's
    ``meta['config']``, which MMCV wrote once, to compare the number of GPUs.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    load = Runner.load_checkpoint
    if hasattr(load, '__wrapped__') or "['meta']['config']" not in (
        inspect.getsource(Runner.resume)
    ):
        return False

    @functools.wraps(load)
    def load_without_config(self: Runner, *args: Any, **kwargs: Any) -> dict:
        checkpoint = load(self, *args, **kwargs)
        if isinstance(checkpoint.get('meta'), dict):
            checkpoint['meta'].pop('config', None)
        return checkpoint

    Runner.load_checkpoint = load_without_config
    return True
