"""The data loader of validations during a training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch.utils.data import DataLoader

from .interruption import outlive_signals


class ValLoader:
    """A data loader whose workers outlive signals, until it is closed.

    Workers that are kept from one validation to the next are there all the
    time, and a training in whose midst they die fails.

    Args:
        loader (DataLoader): The loader.
    """

    def __init__(self, loader: DataLoader) -> None:
        loader.worker_init_fn = _OutliveSignals(loader.worker_init_fn)
        self._loader: Any = loader
        self._running: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator:
        self._running = iter(self._loader)
        return self._running

    def close(self) -> None:
        """Stop the workers, for which Python would wait in the end."""
        if hasattr(self._running, '_shutdown_workers'):
            self._running._shutdown_workers()
        self._running = self._loader._iterator = None


class _OutliveSignals:
    """Sets up a worker as before, and makes it outlive signals."""

    def __init__(self, before: Callable[[int], object] | None) -> None:
        self._before = before

    def __call__(self, worker_id: int) -> None:
        outlive_signals(worker_id)
        if self._before is not None:
            self._before(worker_id)
