"""Samples whose random numbers follow from their place in the training."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sized
from itertools import islice
from typing import Any, NamedTuple

from mmaction.registry import DATASETS
from mmengine.dist import get_dist_info
from torch.utils.data import Dataset, Sampler

from ..utils.seeding import seeded


class SampleKey(NamedTuple):
    """Which sample to load, and where in the training.

    Attributes:
        number (int): Its number in the data set.
        epoch (int): The epoch.
        place (int): How many samples come before it in the epoch, over all
            processes.
    """

    number: int
    epoch: int
    place: int


@DATASETS.register_module()
class StNetSeededDataset(Dataset):
    """A data set whose samples are the same whoever loads them, and when.

    Which frames and crops are drawn depends on the seed and the place of the
    sample alone: not on the number of workers and processes, nor on what
    they loaded before. So a training can go on with the next sample.

    Args:
        dataset (dict): Config of the data set.
        seed (int): Seed of the training.
    """

    def __init__(self, dataset: dict, seed: int) -> None:
        self._config = dataset
        self._build(seed)

    def _build(self, seed: int) -> None:
        self.seed = seed
        # Some transforms draw when they are built.
        with seeded(seed):
            self.dataset = DATASETS.build(self._config)

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, key: SampleKey) -> Any:
        with seeded(self.seed, key.epoch, key.place):
            return self.dataset[key.number]

    def set_seed(self, seed: int) -> None:
        """Become the data set of another seed.

        Args:
            seed (int): Seed of the training.
        """
        if seed != self.seed:
            self._build(seed)
            self.full_init()

    def full_init(self) -> None:
        """Read the annotation file."""
        if hasattr(self.dataset, 'full_init'):
            self.dataset.full_init()


class ResumableSampler(Sampler):
    """A sampler that can begin in the middle of its epoch.

    Nothing is loaded to get there: numbers are skipped.

    Args:
        sampler (Sampler): Gives the numbers of the samples of this process,
            every so many-th of all, as MMEngine's samplers do.
        keyed (bool): Whether to give a ``SampleKey`` of each, which a
            ``StNetSeededDataset`` takes; else the number. Defaults to True.

    Attributes:
        epoch (int): Number of the epoch.
        skip (int): How many samples of this process the next pass leaves
            out at its start.
        given (deque[int]): The numbers that it gave, for who takes them out.
    """

    def __init__(self, sampler: Sampler, keyed: bool = True) -> None:
        self.sampler = sampler
        self._keyed = keyed
        self.epoch = self.skip = 0
        self.given: deque[int] = deque()

    def __len__(self) -> int:
        assert isinstance(self.sampler, Sized)
        return len(self.sampler)

    def __iter__(self) -> Iterator[SampleKey | int]:
        rank, world_size = get_dist_info()
        skip, self.skip = self.skip, 0
        self.given.clear()
        numbers = islice(self.sampler, skip, None)
        for place, number in enumerate(numbers, skip):
            self.given.append(number)
            key = SampleKey(number, self.epoch, place * world_size + rank)
            yield key if self._keyed else number

    def set_epoch(self, epoch: int) -> None:
        """Set the number of the epoch, on which the order depends.

        Args:
            epoch (int): The number.
        """
        self.epoch = epoch
        if hasattr(self.sampler, 'set_epoch'):
            self.sampler.set_epoch(epoch)
