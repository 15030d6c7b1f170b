"""Ending a validation in the midst of a training."""

from __future__ import annotations

from typing import Any

from mmengine.hooks import Hook
from mmengine.runner import Runner

from .interruption import leave
from .progress_saver import ProgressSaver


class LeaveValidation(Hook):
    """Ends a validation after the batch in which a signal came.

    Args:
        saver (ProgressSaver): That of the training.
    """

    def __init__(self, saver: ProgressSaver) -> None:
        self._saver = saver
        self._common = 0

    def before_val_epoch(self, runner: Runner) -> None:
        # With round_up=False of the sampler some processes have more.
        batches = len(runner.val_loop.dataloader)
        self._common = self._saver.agreement.smallest(batches)

    def after_val_iter(
        self, runner: Runner, batch_idx: int, *args: Any, **kwargs: Any
    ) -> None:
        if batch_idx >= self._common:
            return
        # Saved before it: now hooks may have put other weights in place.
        signal = self._saver.interruption.signal
        leave(*self._saver.agreement.on(signal))
