"""Checkpoints that are never half-written and never half-loaded."""

from __future__ import annotations

from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.dist import broadcast_object_list, is_main_process
from mmengine.fileio import LocalBackend, register_backend
from mmengine.hooks import CheckpointHook
from mmengine.model import is_model_wrapper
from mmengine.runner import BaseLoop, Runner

from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from .checkpoint_check import check_checkpoint
from .process_buffers import KEY, buffers_of_this_process
from .progress_saver import lacks_update
from .resume_check import check_resumable
from .resume_points import newest_whole, tidy

ATOMIC = 'stnet_atomic'


@register_backend(ATOMIC)
class AtomicLocalBackend(LocalBackend):
    """Local files that appear under their name only when complete."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes to a temporary name, read them again, then rename.

        Args:
            obj (bytes): What to write.
            filepath (str | Path): Where to.
        """
        write_atomically(filepath, obj, verify=True)


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
        """Choose the checkpoint to resume from; tidy up after a kill.

        Args:
            runner (Runner): The runner.

        Raises:
            StNetInputError: If all checkpoints to resume from are damaged.
        """
        if runner._resume and runner._load_from is None:
            # The same for every process.
            found: list = [None]
            if is_main_process():
                try:
                    found = [newest_whole(runner.work_dir)]
                except StNetInputError as error:
                    found = [error]
            broadcast_object_list(found)
            if isinstance(found[0], StNetInputError):
                raise found[0]
            runner._load_from = found[0] and str(found[0])
            runner._resume = found[0] is not None
        # A test may run beside the training that writes here.
        if isinstance(runner._train_loop, BaseLoop) and is_main_process():
            tidy(runner.work_dir)

    def _save_checkpoint(self, runner: Runner) -> None:
        """Save, with what the other processes have."""
        saver = getattr(runner.train_loop, 'saver', None)
        if saver is not None:
            saver.gather()
        super()._save_checkpoint(runner)

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note that there is a checkpoint to go on from.

        Args:
            runner (Runner): The runner.
            checkpoint (dict): What is saved; the best ones lack the
                optimizer.
        """
        if 'optimizer' in checkpoint and lacks_update(runner):
            count = runner.optim_wrapper._accumulative_counts
            runner.logger.warning(
                'this checkpoint is saved amid an accumulation of gradients, '
                'which a resumed training will lack: choose an interval that '
                f'is a multiple of {count} steps'
            )
        saver = getattr(runner.train_loop, 'saver', None)
        if saver is not None and 'optimizer' in checkpoint:
            saver.note_saved(checkpoint['meta']['iter'])
            if saver.buffers is not None:
                checkpoint[KEY] = saver.buffers

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
        name = runner._load_from or f'the checkpoint of {runner.work_dir}'
        check_checkpoint(
            model.module if is_model_wrapper(model) else model,
            checkpoint,
            name,
            finetune=isinstance(runner._train_loop, BaseLoop)
            and not runner._resume,
        )
        if runner._resume:
            check_resumable(runner, checkpoint, name)
            if checkpoint.get(KEY):
                buffers = buffers_of_this_process(checkpoint[KEY])
                checkpoint['state_dict'].update(buffers)
