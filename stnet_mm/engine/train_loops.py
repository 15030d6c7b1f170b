"""MMEngine's training loops, which here can be left and resumed anywhere."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from mmaction.registry import LOOPS
from mmengine.dist import get_rank
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, Runner

from ..datasets.dead_workers import is_dead_worker
from ..utils.seeding import seed_all
from .interruption import leave
from .leave_validation import LeaveValidation
from .loss_guard import LossGuard
from .progress_saver import ProgressSaver
from .resumable_loader import ResumableLoader, shared_seed
from .resume_check import EPOCH
from .val_loader import ValLoader

# What a checkpoint says about the last validation.
VALIDATED = 'stnet_validated'


class _ResumableLoop:
    """What both loops add to MMEngine's."""

    runner: Runner
    dataloader: Any
    _iter: int

    def __init__(
        self,
        runner: Runner,
        dataloader: dict,
        save_every: int | str | None = '10m',
        keep: int = 2,
        on_nan: str = 'stop',
        **kwargs,
    ) -> None:
        loader = ResumableLoader(runner, dataloader)
        super().__init__(runner, loader, **kwargs)  # type: ignore[call-arg]
        self.saver = ProgressSaver(runner, save_every, keep)
        runner.register_hook(LeaveValidation(self.saver), 'LOWEST')
        agreement, save = self.saver.agreement, self.saver.save
        self.guard = LossGuard(runner, on_nan, agreement, save, loader.names)

    def run(self) -> Any:
        """Train.

        Returns:
            nn.Module: The model.

        Raises:
            SystemExit: If a signal asks to end.
            StNetInputError: If a loss or gradient is infinite or not a
                number, and that is to stop training, or is so time and again.
        """
        self.dataloader.set_seed(shared_seed(self.runner))
        self.saver.begin(self._iter)
        loaders = [self.dataloader]
        if self.runner.val_loop is not None:
            loop: Any = self.runner.val_loop
            loop.dataloader = ValLoader(loop.dataloader)
            loaders.append(loop.dataloader)
        wrapper: Any = self.runner.optim_wrapper
        if getattr(wrapper, '_accumulative_counts', 1) > 1:
            # Schedules do go on in steps that only accumulate gradients.
            text = 'Detected call of `scheduler.step'
            warnings.filterwarnings('ignore', text, UserWarning)
        with self.saver.interruption.listening(), self.guard:
            try:
                self.runner.call_hook('before_train')
                self._train()
                self.runner.call_hook('after_train')
            except RuntimeError as error:
                # A worker that has only begun does not outlive a signal, and
                # may get it before this process does.
                if is_dead_worker(error):
                    leave(self.saver.interruption.wait(1))
                raise
            finally:
                for loader in loaders:
                    loader.close()
        self.saver.finish()
        return self.runner.model

    def run_iter(self, *args: Any) -> None:
        """Train for a step.

        Args:
            *args (Any): As of MMEngine's loop: the batch, and before it,
                where there are epochs, its number.
        """
        seed_all(self.runner.seed, self._iter, get_rank())
        self.guard.before_step()
        super().run_iter(*args)  # type: ignore[misc]
        self.saver.after_step()

    def _train(self) -> None:
        raise NotImplementedError

    def _note_epoch(self, epoch: int, done: int) -> None:
        """Let checkpoints say which epoch this is, of how many steps."""
        info = (epoch, self._iter - done, len(self.dataloader))
        self.runner.message_hub.update_info(EPOCH, info)

    def _find_epoch(self, epoch: int) -> tuple[int, int]:
        """The epoch that a checkpoint was saved in, and its steps done.

        With other batches, processes or clips than before an epoch has
        another number of steps: as large a part of it is done.

        Args:
            epoch (int): The epoch, if it has always had as many as now.
        """
        length = len(self.dataloader)
        known = (epoch, epoch * length, length)
        info = self.runner.message_hub.runtime_info
        epoch, start, steps = info.get(EPOCH, known) if self._iter else known
        done = self._iter - start
        if not 0 <= done <= steps:
            return epoch, 0  # of another loop, whose epochs had other lengths
        part = done * length // steps
        if steps != length:
            self.runner.logger.warning(
                f'an epoch has {length} steps now, and had {steps} when the '
                f'checkpoint was saved after {done} of epoch {epoch + 1}: '
                f'training goes on after {part} of it'
            )
        return epoch, part

    def _validate(self, done: int, end: int) -> None:
        """Validate if it is time to, and has not been done."""
        loop, hub = self.runner.val_loop, self.runner.message_hub
        begin, interval = self.val_begin, self.val_interval  # type: ignore
        if loop is None or done < begin or (done % interval and done != end):
            return
        if hub.runtime_info.get(VALIDATED) == self._iter:
            return
        self.saver.before_validation()
        loop.run()
        hub.update_info(VALIDATED, self._iter)


@LOOPS.register_module()
class StNetEpochBasedTrainLoop(_ResumableLoop, EpochBasedTrainLoop):
    """MMEngine's ``EpochBasedTrainLoop``, resumable at any step.

    Resumed, it goes on with the next batch. All random numbers follow from
    the seed and the step (those of the model) or the sample (those of the
    pipeline), so what goes on is the training that was interrupted.

    Asked to end by SIGINT (Ctrl-C), SIGTERM or SIGUSR1, it finishes the
    step, saves a checkpoint and leaves with status 130, 143 or 0.

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the data loader.
        save_every (int | str, optional): How often to save a checkpoint to
            go on from: a number of steps, or of minutes as ``'10m'``. None:
            at a signal and before a validation only. Defaults to ``'10m'``.
        keep (int): How many of these to keep. Defaults to 2.
        on_nan (str): What to do if a loss or gradient is infinite or not a
            number: ``'stop'``, with the names of the batch's files and the
            state before it saved, or ``'skip'`` the batch. Defaults to
            ``'stop'``.
        **kwargs: Those of ``EpochBasedTrainLoop``.
    """

    _done = 0  # steps of the present epoch, where it is resumed

    def run_epoch(self) -> None:
        """Train for an epoch, or for what is left of it."""
        done, self._done = self._done, 0
        self._note_epoch(self._epoch, done)
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        self.dataloader.begin_at(done)
        for number, batch in enumerate(self.dataloader, done):
            self.run_iter(number, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1

    def _train(self) -> None:
        epoch, self._done = self._find_epoch(self._epoch)
        if epoch != self._epoch:  # saved at the end of the one before
            self._done = 0
        # A checkpoint is saved before the validation of its epoch.
        if self._iter and not self._done:
            self._validate(self._epoch, self._max_epochs)
        while self._epoch < self._max_epochs and not self.stop_training:
            self.run_epoch()
            self._decide_current_val_interval()
            self._validate(self._epoch, self._max_epochs)


@LOOPS.register_module()
class StNetIterBasedTrainLoop(_ResumableLoop, IterBasedTrainLoop):
    """MMEngine's ``IterBasedTrainLoop``, resumable without replaying data.

    In all else as ``StNetEpochBasedTrainLoop``.

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the data loader.
        save_every, keep, on_nan: As of ``StNetEpochBasedTrainLoop``.
        **kwargs: Those of ``IterBasedTrainLoop``.
    """

    def _train(self) -> None:
        self.runner.call_hook('before_train_epoch')
        if self._iter:
            self._validate(self._iter, self._max_iters)
        batches = self._batches()
        while self._iter < self._max_iters and not self.stop_training:
            self.runner.model.train()
            self.run_iter(next(batches))
            self._decide_current_val_interval()
            self._validate(self._iter, self._max_iters)
        self.runner.call_hook('after_train_epoch')

    def _batches(self) -> Iterator:
        """The batches from the present step on, without end."""
        epoch, done = 0, self._iter
        if not self.dataloader.endless:
            epoch = self._iter // len(self.dataloader)
            epoch, done = self._find_epoch(epoch)
        while True:
            if not self.dataloader.endless:
                self._note_epoch(epoch, done)
            self.dataloader.sampler.set_epoch(epoch)
            self.dataloader.begin_at(done)
            yield from self.dataloader
            epoch, done = epoch + 1, 0
