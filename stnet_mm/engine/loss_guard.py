"""What happens when a loss or a gradient is not a number."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import torch
from mmengine.dist import all_gather_object, is_main_process
from mmengine.logging import MMLogger
from mmengine.runner import Runner
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from ..errors import StNetInputError, check_choice
from .agreement import Agreement

POLICIES = ('stop', 'skip')
# Updates left out in a row after which training ends in any case.
LIMIT = 20


class LossGuard:
    """Keeps losses and gradients that are not finite from the weights.

    MMEngine would go on, and every weight would be NaN from then on. Used
    as a context, in which it watches the updates of the runner's model.
    With a loss scaler, gradients are its matter.

    Args:
        runner (Runner): The runner.
        policy (str): ``'stop'`` training with the names of the batch's
            files and the state before it saved, or ``'skip'`` the batch.
        agreement (Agreement): Among the processes.
        save (Callable): Saves a checkpoint; returns its name.
        names (Callable): Names of the files of the present batch.

    Raises:
        StNetInputError: If there is no such policy.
    """

    def __init__(
        self,
        runner: Runner,
        policy: str,
        agreement: Agreement,
        save: Callable[[], str],
        names: Callable[[], Sequence[str]],
    ) -> None:
        check_choice('on_nan', policy, POLICIES)
        self._runner, self._policy = runner, policy
        self._agreement, self._save, self._names = agreement, save, names
        self._without_update = 0
        self._accumulated = False
        self._norm = 0.0  # of the gradients of the last update

    def __enter__(self) -> None:
        self._wrapper: Any = self._runner.optim_wrapper
        self._update = self._wrapper.update_params
        self._wrapper.update_params = self._guarded
        # Not there if models update several optimizers themselves.
        self._optimizer = getattr(self._wrapper, 'optimizer', None)
        if self._optimizer is not None:
            self._guard_gradients(self._optimizer)
        # A forward pass changes the statistics of BatchNorm at once.
        self._buffers = [*self._runner.model.buffers()]
        self._kept = [buffer.clone() for buffer in self._buffers]

    def __exit__(self, *error: object) -> None:
        del self._wrapper.update_params
        if self._optimizer is not None:
            self._optimizer.step = self._step

    def before_step(self) -> None:
        """Keep what a step changes before its loss is known."""
        for kept, buffer in zip(self._kept, self._buffers):
            kept.copy_(buffer)

    def _guard_gradients(self, optimizer: Optimizer) -> None:
        self._step: Any = optimizer.step
        parameters = [p for g in optimizer.param_groups for p in g['params']]

        @wraps(self._step)  # keeps what schedulers have written on it
        def step(*args: Any, **kwargs: Any) -> Any:
            if self._scaler() is None:
                # Clips nothing. The same in all processes: no agreement.
                self._norm = float(clip_grad_norm_(parameters, math.inf))
            if math.isfinite(self._norm):
                return self._step(*args, **kwargs)
            return None

        optimizer.step = step  # type: ignore[method-assign]

    def _guarded(self, loss: Tensor, *args: Any, **kwargs: Any) -> None:
        value = float(loss.detach())
        (bad,) = self._agreement.on(int(not math.isfinite(value)))
        if not bad:
            scale, self._norm = self._scale(), 0.0
            self._update(loss, *args, **kwargs)
            self._accumulated = not self._wrapper.should_update()
            if math.isfinite(self._norm):
                if not self._accumulated:
                    # In float16 a scaler leaves out updates that overflow.
                    self._count(skipped=self._scale() < scale)
                return
        with torch.no_grad():
            for kept, buffer in zip(self._kept, self._buffers):
                buffer.copy_(kept)
        text = self._describe(value)
        if self._policy == 'stop':
            saved = self._save()
            if not is_main_process():
                sys.exit(1)
            raise StNetInputError(
                f'{text}; the state before it is in {saved}. Look at these '
                'files, lower the learning rate, or leave such batches out '
                'by --on-nan skip'
            )
        MMLogger.get_current_instance().warning(f'{text}; it is left out')
        if bad:
            self._leave_out()
        self._count(skipped=True)

    def _describe(self, value: float) -> str:
        """What went wrong, in the processes where it did."""
        found = all_gather_object((value, [*self._names()]))
        bad = [(v, names) for v, names in found if not math.isfinite(v)]
        files = ', '.join(name for _, names in bad or found for name in names)
        step = self._runner.iter + 1
        if bad:
            what = f'the loss of step {step} is {bad[0][0]}'
        else:
            what = f'the norm of the gradients of step {step} is {self._norm}'
        return f'{what}; its batch: {files}'

    def _leave_out(self) -> None:
        """Go on as if the batch had no gradient."""
        wrapper = self._wrapper
        wrapper._inner_count += 1
        if wrapper.should_update():
            if self._accumulated:
                wrapper.step()
                wrapper.zero_grad()
            self._accumulated = False

    def _scaler(self) -> Any:
        return getattr(self._wrapper, 'loss_scaler', None)

    def _scale(self) -> float:
        scaler = self._scaler()
        return scaler.get_scale() if scaler is not None else 1.0

    def _count(self, skipped: bool) -> None:
        self._without_update = self._without_update + 1 if skipped else 0
        if skipped:
            hub = self._runner.message_hub
            total = hub.runtime_info.get('stnet_skipped', 0) + 1
            hub.update_info('stnet_skipped', total)
        if self._without_update == LIMIT:
            raise StNetInputError(
                f'no weight has changed for {LIMIT} updates, because their '
                'losses or gradients are infinite or not a number: lower the '
                'learning rate, or train without --amp'
            )
