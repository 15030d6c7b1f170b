"""The data loader of validations during a training."""

from __future__ import annotations

from collections.abc import Callable

from torch.utils.data import DataLoader

from .interruption import outlive_signals
from .loader_wrapper import LoaderWrapper


class ValLoader(LoaderWrapper):
    """A data loader whose workers outlive signals, until it is closed.

    Workers that are kept from one validation to the next are there all the
    time, and a training in whose midst they die fails.

    Args:
        loader (DataLoader): The loader.
    """

    def __init__(self, loader: DataLoader) -> None:
        loader.worker_init_fn = _OutliveSignals(loader.worker_init_fn)
        super().__init__(loader)


class _OutliveSignals:
    """Sets up a worker as before, and makes it outlive signals."""

    def __init__(self, before: Callable[[int], object] | None) -> None:
        self._before = before

    def __call__(self, worker_id: int) -> None:
        outlive_signals(worker_id)
        if self._before is not None:
            self._before(worker_id)
