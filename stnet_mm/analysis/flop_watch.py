"""What a module of a network adds to a counter of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from torch.utils.flop_counter import FlopCounterMode


class FlopWatch:
    """Counts what a module adds to a counter, while it is entered.

    All that is inside of it is watched as well: some networks call the parts
    of a module but not the module itself.

    Args:
        counter (FlopCounterMode): The counter of the whole network.
        module (nn.Module): The module.

    Attributes:
        flops (int): The operations that it added so far.
    """

    def __init__(self, counter: FlopCounterMode, module: nn.Module) -> None:
        self.flops = 0
        self._counter = counter
        self._module = module
        self._hooks: list = []
        # How many modules in it are running, one inside another.
        self._depth = 0

    def __enter__(self) -> FlopWatch:
        for module in self._module.modules():
            self._hooks.append(module.register_forward_pre_hook(self._start))
            self._hooks.append(module.register_forward_hook(self._stop))
        return self

    def __exit__(self, *error: object) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def _start(self, module: nn.Module, args: tuple) -> None:
        if self._depth == 0:
            self.flops -= self._counter.get_total_flops()
        self._depth += 1

    def _stop(self, module: nn.Module, args: tuple, output: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self.flops += self._counter.get_total_flops()
