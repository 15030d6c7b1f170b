"""What is around a data loader, and can stop its workers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class LoaderWrapper:
    """A data loader, as it is but for what a subclass changes.

    Args:
        loader (DataLoader): The loader.
    """

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._running: Any = None  # the iterator of the present pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator:
        self._running = iter(self._loader)
        return self._running

    def close(self) -> None:
        """Stop the workers, which else may outlive an error.

        Python would wait in the end for those that are kept.
        """
        if hasattr(self._running, '_shutdown_workers'):
            self._running._shutdown_workers()
        self._running = self._loader._iterator = None
