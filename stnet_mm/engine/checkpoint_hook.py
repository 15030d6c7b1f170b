"""Checkpoints that are never half-written and never half-loaded."""

from __future__ import annotations

import os
from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend, register_backend
from mmengine.hooks import CheckpointHook
from mmengine.model import is_model_wrapper
from mmengine.runner import BaseLoop, Runner

from ..utils.atomic import temporary_name, write_atomically
from ..utils.checkpoint import read_checkpoint
from .checkpoint_check import check_checkpoint

ATOMIC = 'stnet_atomic'


@register_backend(ATOMIC)
class AtomicLocalBackend(LocalBackend):
    """Local files that appear under their name only when complete."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes to a temporary name, then rename.

        Args:
            obj (bytes): What to write.
            filepath (str | Path): Where to.
        """
        write_atomically(filepath, obj)


@HOOKS.register_module()
class StNetCheckpointHook(CheckpointHook):
    """MMEngine's CheckpointHook, made safe.

    - A checkpoint is written to a temporary name and renamed, so a killed
      training leaves whole checkpoints only.
    - A checkpoint that does not fit the model is an error: MMEngine would
      warn and go on with random weights. When training starts from a
      checkpoint with other classes, the classifier alone is dropped.

    Args:
        **kwargs: Those of MMEngine's ``CheckpointHook``.
    """

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault('backend_args', dict(backend=ATOMIC))
        super().__init__(**kwargs)

    def before_run(self, runner: Runner) -> None:
        """Check that the checkpoint can be read; tidy up after a kill.

        MMEngine's note of the latest checkpoint may have been cut short; it
        is the one file that is not written atomically.

        Args:
            runner (Runner): The runner.

        Raises:
            StNetInputError: If the checkpoint to load cannot be read.
        """
        if runner._load_from is not None:
            read_checkpoint(runner._load_from)
        if not is_main_process():
            return
        work_dir = Path(runner.work_dir)
        for leftover in work_dir.glob(temporary_name('*.pth', '*')):
            leftover.unlink()
        note = work_dir / 'last_checkpoint'
        if note.exists() and not note.read_text().strip():
            note.unlink()
            checkpoints = work_dir.glob(self.filename_tmpl.format('*'))
            latest = max(checkpoints, key=os.path.getmtime, default=None)
            if latest is not None:
                write_atomically(note, str(latest).encode())

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Check a checkpoint before its weights go into the model.

        Args:
            runner (Runner): The runner.
            checkpoint (dict): What was loaded; the classifier's entries are
                taken out if training starts from other classes.

        Raises:
            StNetInputError: If the checkpoint does not fit the model.
        """
        model = runner.model
        check_checkpoint(
            model.module if is_model_wrapper(model) else model,
            checkpoint,
            name=runner._load_from or f'the checkpoint of {runner.work_dir}',
            finetune=isinstance(runner._train_loop, BaseLoop)
            and not runner._resume,
        )
