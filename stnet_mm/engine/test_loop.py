"""MMEngine's testing loop, which here can be left and resumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mmaction.registry import LOOPS
from mmengine.hooks import Hook
from mmengine.logging import MMLogger
from mmengine.runner import Runner, TestLoop

from ..utils.result_store import ResultStore, fingerprint
from .agreement import Agreement
from .interruption import Interruption, leave, outlive_signals
from .loader_wrapper import LoaderWrapper

# The folder, in the work directory, of results to go on with.
FOLDER = 'test_progress'


class Batch(NamedTuple):
    """Videos that are tested together.

    Attributes:
        numbers (list[int]): Their numbers in the data set.
        data (Any): What was loaded of them; None if their predictions are
            known.
    """

    numbers: list[int]
    data: Any


@LOOPS.register_module()
class StNetTestLoop(TestLoop):
    """MMEngine's ``TestLoop``, resumable at any batch.

    Predictions are written once a minute, and when the test is asked to end
    by SIGINT (Ctrl-C), SIGTERM or SIGUSR1. Resumed, it tests the batches
    that are left, and measures all. Predictions of another checkpoint,
    config or list of videos are never taken. At the end they are removed.

    Args:
        runner (Runner): The runner.
        dataloader (dict): Config of the data loader.
        resume (bool): Whether to go on with an interrupted test. Defaults to
            False.
        **kwargs: Those of ``TestLoop``.
    """

    dataloader: Any

    def __init__(
        self,
        runner: Runner,
        dataloader: dict,
        *args,
        resume: bool = False,
        **kwargs,
    ) -> None:
        outlive = dict(type=outlive_signals)
        dataloader = {'worker_init_fn': outlive, **dataloader}
        super().__init__(runner, dataloader, *args, **kwargs)
        self.resume = resume
        self._dataset_cfg = dataloader['dataset']
        self.interruption = Interruption('batch')
        runner.register_hook(_KeepPredictions(), 'LOWEST')

    def run(self) -> dict:
        """Test.

        Returns:
            dict: The metrics.

        Raises:
            SystemExit: If a signal asks to end.
        """
        self.agreement = Agreement()
        self.store = self._open_store()
        loader, sampler = self.dataloader, self.dataloader.batch_sampler
        numbers = sampler.sampler
        self.dataloader = _LoaderOfTheRest(loader, self.store)
        self._common = self.agreement.smallest(len(self.dataloader))
        try:
            with self.store, self.interruption.listening():
                metrics = super().run()
        finally:
            self.dataloader.close()
            self.dataloader, sampler.sampler = loader, numbers
        self.agreement.on(0)  # the others may still read
        self.store.remove()
        return metrics

    def run_iter(self, idx: int, data_batch: Batch) -> None:
        """Test a batch, or take its predictions.

        Args:
            idx (int): Its number.
            data_batch (Batch): The batch.
        """
        self.numbers, data = data_batch
        if data is None:
            known = [self.store[number] for number in self.numbers]
            self.evaluator.process(data_samples=known, data_batch=None)
        else:
            super().run_iter(idx, data)
        # With round_up=False of the sampler some processes have more.
        if idx < self._common:
            leave(*self.agreement.on(self.interruption.signal))

    def _open_store(self) -> ResultStore:
        runner, dataset = self.runner, self.dataloader.dataset
        cfg = runner.cfg
        made_of = dict(
            model=cfg.get('model'),
            hooks=cfg.get('custom_hooks'),
            dataset=self._dataset_cfg,
            checkpoint=runner._load_from and fingerprint(runner._load_from),
            videos=[dataset.get_data_info(i) for i in range(len(dataset))]
            if hasattr(dataset, 'get_data_info')
            else len(dataset),
        )
        folder = Path(runner.work_dir, FOLDER)
        store = ResultStore(folder, made_of, self.resume)
        if store.news:
            MMLogger.get_current_instance().info(store.news)
        return store


class _KeepPredictions(Hook):
    """Stores what the model says of a batch."""

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Sequence | None = None,
    ) -> None:
        loop = runner.test_loop
        for number, sample in zip(loop.numbers, outputs or ()):
            loop.store.add(number, sample.cpu().to_dict())


class _LoaderOfTheRest(LoaderWrapper):
    """Loads the batches whose predictions are not known, amid the others."""

    def __init__(self, loader: Any, store: ResultStore) -> None:
        super().__init__(loader)
        self._batches = [
            (numbers, all(number in store for number in numbers))
            for numbers in loader.batch_sampler
        ]

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Batch]:
        # Whole batches are left out, so the others stay as they were.
        self._loader.batch_sampler.sampler = [
            number
            for numbers, known in self._batches
            for number in numbers
            if not known
        ]
        self._running = iter(self._loader)
        for numbers, known in self._batches:
            yield Batch(numbers, None if known else next(self._running))
