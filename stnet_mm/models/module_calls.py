"""Which modules a forward pass calls, with what inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from torch import Tensor, nn


class TensorState(NamedTuple):
    """Identifies the values of a tensor, which may be changed in place.

    Attributes:
        identity (int): The tensor's ``id``.
        version (int): How many in-place operations it has gone through.
    """

    identity: int
    version: int


class ModuleCall:
    """A call of a module in a forward pass.

    Attributes:
        name (str): Name of the module.
        module (nn.Module): The module.
        input (Any): Its argument; None if it was called with several.
        input_state (TensorState, optional): State of the input before the
            call; None if that is no tensor.
        output (Any): What it returned.
        output_state (TensorState, optional): State of the output right after
            the call; None if that is no tensor.
        end (int): Index of the next call that is not inside this one.
    """

    def __init__(self, name: str, module: nn.Module, args: tuple) -> None:
        self.name = name
        self.module = module
        self.input: Any = args[0] if len(args) == 1 else None
        self.input_state = _state(self.input)
        self.output: Any = None
        self.output_state: TensorState | None = None
        self.end = 0


@contextmanager
def record_module_calls(
    model: nn.Module, wanted: Callable[[nn.Module], bool] = lambda module: True
) -> Iterator[list[ModuleCall]]:
    """Record the calls of a model's modules.

    The list keeps all recorded tensors alive, so that no new tensor gets the
    ``id`` of an old one.

    Args:
        model (nn.Module): The model; its own calls are not recorded.
        wanted (Callable): Says of a module whether to record its calls.
            Defaults to all.

    Yields:
        list[ModuleCall]: The calls so far, in the order in which they began.
    """
    calls: list[ModuleCall] = []
    hooks = []

    def watch(name: str, module: nn.Module) -> None:
        running: list[ModuleCall] = []

        def enter(module: nn.Module, args: tuple) -> None:
            running.append(ModuleCall(name, module, args))
            calls.append(running[-1])

        def leave(module: nn.Module, args: tuple, output: object) -> None:
            call = running.pop()
            call.output = output
            call.output_state = _state(output)
            call.end = len(calls)

        hooks.append(module.register_forward_pre_hook(enter))
        hooks.append(module.register_forward_hook(leave))

    try:
        for name, module in model.named_modules():
            if module is not model and wanted(module):
                watch(name, module)
        yield calls
    finally:
        for hook in hooks:
            hook.remove()


def _state(x: object) -> TensorState | None:
    return TensorState(id(x), x._version) if isinstance(x, Tensor) else None
