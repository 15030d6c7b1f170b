"""MMEngine's training loops, which here can be left and resumed anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmaction.registry import LOOPS
from mmengine.dist import get_rank
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, Runner

from ..utils.seeding import seed_all
from .resumable_loader import ResumableLoader, shared_seed


@LOOPS.register_module()
class StNetEpochBasedTrainLoop(EpochBasedTrainLoop):
    """MMEngine's ``EpochBasedTrainLoop``, resumable at any iteration.

    Resumed, it goes on with the next batch. All random numbers follow from
    the seed and the iteration (of the model) or the sample (of the pipeline),
    so the training that goes on is the one that was interrupted.

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the data loader.
        **kwargs: Those of ``EpochBasedTrainLoop``.
    """

    dataloader: Any

    def __init__(self, runner: Runner, dataloader: dict, **kwargs) -> None:
        super().__init__(runner, ResumableLoader(runner, dataloader), **kwargs)

    def run(self) -> Any:
        """Train.

        Returns:
            nn.Module: The model.
        """
        self.dataloader.set_seed(shared_seed(self.runner))
        return super().run()

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

    def run_iter(self, idx: int, data_batch: Any) -> None:
        """Train for a step.

        Args:
            idx (int): Number of the batch in the epoch.
            data_batch (Any): The batch.
        """
        seed_all(self.runner.seed, self._iter, get_rank())
        super().run_iter(idx, data_batch)


@LOOPS.register_module()
class StNetIterBasedTrainLoop(IterBasedTrainLoop):
    """MMEngine's ``IterBasedTrainLoop``, resumable without replaying data.

    As ``StNetEpochBasedTrainLoop``.

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the data loader.
        **kwargs: Those of ``IterBasedTrainLoop``.
    """

    dataloader: Any

    def __init__(self, runner: Runner, dataloader: dict, **kwargs) -> None:
        super().__init__(runner, ResumableLoader(runner, dataloader), **kwargs)

    def run(self) -> Any:
        """Train.

        Returns:
            nn.Module: The model.
        """
        runner = self.runner
        self.dataloader.set_seed(shared_seed(runner))
        runner.call_hook('before_train')
        runner.call_hook('before_train_epoch')
        batches = self._batches()
        # A checkpoint is saved before the validation of its iteration.
        if self._iter:
            self._validate()
        while self._iter < self._max_iters and not self.stop_training:
            runner.model.train()
            self.run_iter(next(batches))
            self._decide_current_val_interval()
            self._validate()
        runner.call_hook('after_train_epoch')
        runner.call_hook('after_train')
        return runner.model

    def run_iter(self, data_batch: Any) -> None:
        """Train for a step.

        Args:
            data_batch (Any): The batch.
        """
        seed_all(self.runner.seed, self._iter, get_rank())
        super().run_iter(data_batch)

    def _batches(self) -> Iterator:
        """The batches from the present iteration on, without end."""
        epoch, done = 0, self._iter
        if not self.dataloader.endless:
            epoch, done = divmod(self._iter, len(self.dataloader))
        while True:
            self.dataloader.sampler.set_epoch(epoch)
            self.dataloader.begin_at(done)
            yield from self.dataloader
            epoch, done = epoch + 1, 0

    def _validate(self) -> None:
        due = (
            self._iter % self.val_interval == 0
            or self._iter == self._max_iters
        )
        if (
            self.runner.val_loop is not None
            and self._iter >= self.val_begin
            and due
        ):
            self.runner.val_loop.run()
