"""A data loader of training that can begin at any batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.dataset import InfiniteSampler
from mmengine.dist import get_rank
from mmengine.runner import Runner
from torch.utils.data import DataLoader, Dataset

from ..datasets.seeded_dataset import ResumableSampler, StNetSeededDataset
from ..errors import StNetInputError
from .interruption import outlive_signals
from .loader_wrapper import LoaderWrapper


def shared_seed(runner: Runner) -> int:
    """The seed on which the order of the samples depends.

    Args:
        runner (Runner): The runner.

    Returns:
        int: Its seed; that of the first process if each has another.
    """
    if runner._randomness_cfg.get('diff_rank_seed', False):
        return runner.seed - get_rank()
    return runner.seed


class ResumableLoader(LoaderWrapper):
    """A data loader that can begin at any batch, with what it would give.

    Otherwise it is as the loader that MMEngine builds of the same config.

    Args:
        runner (Runner): The runner.
        cfg (dict | DataLoader): Config of the loader. Of one that is built
            already, samples do not follow from the seed.

    Attributes:
        sampler (ResumableSampler): The sampler.
    """

    def __init__(self, runner: Runner, cfg: dict | DataLoader) -> None:
        loader: Any = cfg
        if isinstance(cfg, dict):
            seed = shared_seed(runner)
            outlive = dict(type=outlive_signals)
            seeded = dict(
                type='mmaction.StNetSeededDataset',
                dataset=cfg['dataset'],
                seed=seed,
            )
            cfg = {'worker_init_fn': outlive, **cfg, 'dataset': seeded}
            loader = runner.build_dataloader(cfg, seed=seed)
        super().__init__(loader)
        batches: Any = loader.batch_sampler
        self._numbers: list[int] = []
        self._batch_size = getattr(batches, 'batch_size', None)
        self._seeded = isinstance(loader.dataset, StNetSeededDataset)
        sampler = ResumableSampler(batches.sampler, keyed=self._seeded)
        self.sampler = batches.sampler = sampler

    def __iter__(self) -> Iterator:
        # Workers start only now: when it is known where to begin.
        self._running = iter(self._loader)
        size, given = self._batch_size, self.sampler.given
        for batch in self._running:
            if size is None:
                given.clear()  # which of them are in the batch is not known
            else:
                self._numbers = [given.popleft() for _ in range(size) if given]
            yield batch

    def names(self) -> list[str]:
        """The files of the last batch, or the numbers of its samples."""
        names = []
        for number in self._numbers:
            info = {}
            if hasattr(self.dataset, 'get_data_info'):
                info = self.dataset.get_data_info(number)
            name = info.get('filename') or info.get('frame_dir')
            names.append(name or f'sample {number}')
        return names

    @property
    def dataset(self) -> Dataset:
        """Dataset: The data set of the config."""
        dataset = self._loader.dataset
        return dataset.dataset if self._seeded else dataset

    @property
    def endless(self) -> bool:
        """bool: Whether one pass never ends."""
        return isinstance(self.sampler.sampler, InfiniteSampler)

    def set_seed(self, seed: int) -> None:
        """Set the seed, which a checkpoint may bring.

        Args:
            seed (int): Seed of the training, as of ``shared_seed``.
        """
        dataset: Any = self._loader.dataset
        sampler: Any = self.sampler.sampler
        if self._seeded:
            dataset.set_seed(seed)
        sampler.seed = seed

    def begin_at(self, batch: int) -> None:
        """Leave out the first batches of the next pass.

        Args:
            batch (int): The first batch to load, from 0.

        Raises:
            StNetInputError: If batches are of various sizes.
        """
        if batch and self._batch_size is None:
            raise StNetInputError(
                'training cannot go on in the middle of an epoch with a '
                'batch_sampler that has no batch_size: resume from a '
                'checkpoint of a whole epoch'
            )
        self.sampler.skip = batch * (self._batch_size or 0)
