"""Checkpoints that are never half-written and never half-loaded."""

from __future__ import annotations

import os
from pathlib import Path

from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend, register_backend
from mmengine.hooks import CheckpointHook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import BaseLoop, Runner
from torch import nn

from ..errors import StNetInputError
from ..utils.atomic import temporary_name, write_atomically

ATOMIC = 'stnet_atomic'
CLASSIFIER = 'cls_head.fc_cls.'


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
        """Tidy up what a killed training left in the work directory.

        MMEngine's note of the latest checkpoint may have been cut short; it
        is the one file here that is not written atomically.
        """
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


def check_checkpoint(
    model: nn.Module, checkpoint: dict, name: str, finetune: bool = False
) -> None:
    """Check that a checkpoint fits a model, entry by entry.

    Args:
        model (nn.Module): The model.
        checkpoint (dict): A checkpoint of MMEngine or a bare state dict.
        name (str): The checkpoint's name, for messages.
        finetune (bool): Whether a classifier of other classes is dropped
            from the checkpoint instead of being an error. Defaults to False.

    Raises:
        StNetInputError: If an entry is missing, unexpected or of another
            shape.
    """
    state = checkpoint.get('state_dict', checkpoint)
    found = {_bare(key): value for key, value in state.items()}
    wanted = model.state_dict()
    missing = [k for k in wanted if k not in found and _counts(k)]
    unexpected = [k for k in found if k not in wanted and _counts(k)]
    reshaped = [
        k for k in wanted if k in found and found[k].shape != wanted[k].shape
    ]
    if not (missing or unexpected or reshaped):
        return
    if not (missing or unexpected) and all(
        k.startswith(CLASSIFIER) for k in reshaped
    ):
        classes = len(found[reshaped[0]]), len(wanted[reshaped[0]])
        if not finetune:
            raise StNetInputError(
                f'{name} has {classes[0]} classes, the config {classes[1]}: '
                'set num_classes in the config to the classes that the '
                'checkpoint was trained on'
            )
        for key in [k for k in state if _bare(k) in reshaped]:
            del state[key]
        print_log(
            f'Fine-tuning from {name}: its classifier of {classes[0]} classes '
            f'is dropped, a new one of {classes[1]} starts at random; '
            'everything else is loaded.',
            logger='current',
        )
        return
    faults = [
        f'{len(keys)} entries {fault} (first: {keys[0]})'
        for fault, keys in (
            ('are missing', missing),
            ('are unexpected', unexpected),
            ('have another shape', reshaped),
        )
        if keys
    ]
    raise StNetInputError(
        f'{name} does not fit the model: {", ".join(faults)}. It belongs to '
        'another network: use the config that it was trained with (same '
        'trunk and depth, num_frames and temporal_stages).'
    )


def _bare(key: str) -> str:
    return key[len('module.') :] if key.startswith('module.') else key


def _counts(key: str) -> bool:
    """Old checkpoints lack BatchNorm's counters, which do nothing here."""
    return not key.endswith('num_batches_tracked')
