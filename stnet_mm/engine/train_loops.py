"""MMEngine's training loops, which here can be left and resumed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmaction.registry import LOOPS
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, Runner

from ..datasets.dead_workers import is_dead_worker
from ..utils.seeding import seed_all
from .interruption import leave
from .loss_guard import LossGuard
from .progress_saver import ProgressSaver
from .resumable_loader import ResumableLoader, shared_seed
from .val_loader import ValLoader

# What a checkpoint says about the last validation.
VALIDATED = 'stnet_validated'


class _LeaveValidation(Hook):
    """Ends a validation after the batch in which a signal came."""

    def __init__(self, saver: ProgressSaver) -> None:
        self._saver = saver

    def after_val_iter(self, *args: Any, **kwargs: Any) -> None:
        signal = self._saver.interruption.signal
        (number,) = self._saver.agreement.on(signal)
        if number:
            self._saver.save()
        leave(number)


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
        runner.register_hook(_LeaveValidation(self.saver), 'LOWEST')
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
        self.saver.note_saved(self._iter)
        loaders = [self.dataloader]
        if self.runner.val_loop is not None:
            loop: Any = self.runner.val_loop
            loop.dataloader = ValLoader(loop.dataloader)
            loaders.append(loop.dataloader)
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
            at a signal only. Defaults to ``'10m'``.
        keep (int): How many of these to keep. Defaults to 2.
        on_nan (str): What to do if a loss or gradient is infinite or not a
            number: ``'stop'``, with the names of the batch's files and the
            state before it saved, or ``'skip'`` the batch. Defaults to
            ``'stop'``.
        **kwargs: Those of ``EpochBasedTrainLoop``.
    """

    def run_epoch(self) -> None:
        """Train for an epoch, or for what is left of it."""
        done = self._iter - self._epoch * len(self.dataloader)
        self.runner.call_hook('before_train_epoch')
        self.runner.model.train()
        self.dataloader.begin_at(done)
        for number, batch in enumerate(self.dataloader, done):
            self.run_iter(number, batch)
        self.runner.call_hook('after_train_epoch')
        self._epoch += 1

    def _train(self) -> None:
        # A checkpoint is saved before the validation of its epoch.
        if self._iter and self._iter == self._epoch * len(self.dataloader):
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
            epoch, done = divmod(self._iter, len(self.dataloader))
        while True:
            self.dataloader.sampler.set_epoch(epoch)
            self.dataloader.begin_at(done)
            yield from self.dataloader
            epoch, done = epoch + 1, 0
