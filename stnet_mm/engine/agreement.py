"""What one process knows and all must act upon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist


class Agreement:
    """Lets all processes of a job do the same at the same step.

    Numbers go from processor to processor: a GPU need not wait for them.

    Args:
        timeout (timedelta, optional): How long processes wait for each other
            before they fail. Defaults to None, PyTorch's 30 minutes.
    """

    def __init__(self, timeout: timedelta | None = None) -> None:
        self._group: Any = None
        if dist.is_available() and dist.is_initialized():
            self._group = dist.new_group(timeout=timeout, backend='gloo')

    def on(self, *numbers: int) -> list[int]:
        """The largest of every process's numbers; all processes must ask.

        Args:
            *numbers (int): Those of this process.

        Returns:
            list[int]: The largest ones.
        """
        if self._group is None:
            return [*numbers]
        flags = torch.tensor(numbers)
        dist.all_reduce(flags, dist.ReduceOp.MAX, self._group)
        return flags.tolist()

    def smallest(self, number: int) -> int:
        """The smallest of every process's numbers; all processes must ask.

        Args:
            number (int): That of this process.

        Returns:
            int: The smallest one.
        """
        return -self.on(-number)[0]
