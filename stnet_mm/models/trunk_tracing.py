"""Taking a 2-D network apart: the modules that it passes an image through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..errors import StNetInputError

# Not square, to tell [B, C, H, W] from [B, H, W, C].
PROBE_SIZE = (128, 192)


class Link(NamedTuple):
    """A module of a chain: it takes what the one before it puts out.

    Attributes:
        name (str): Its dotted name in the network.
        channels (int): Channels that it puts out.
        height (int): Height of what it puts out, for an image of
            ``PROBE_SIZE``.
    """

    name: str
    channels: int
    height: int


class _Call:
    """A call of a module in a forward pass."""

    def __init__(self, name: str, module: nn.Module, args: tuple) -> None:
        self.name = name
        self.module = module
        self.input = args[0] if len(args) == 1 else None
        self.input_state = _state(self.input)
        self.output: object = None
        self.output_state: object = None
        # Index of the next call that is not inside this one.
        self.end = 0


def _state(x: object) -> object:
    """What identifies a tensor that may be changed in place."""
    return (id(x), x._version) if isinstance(x, Tensor) else None


def find_chain(
    network: nn.Module, features: Callable[[Tensor], object]
) -> tuple[list[Link], str]:
    """Find the chain of modules from an image to the last feature maps.

    The network runs once. A module is a link if it takes the very tensor that
    the link before it put out. A module in which the resolution drops more
    than once is replaced by its parts, so that a link is a stage at most.

    Args:
        network (nn.Module): A 2-D image network.
        features (Callable): Its forward pass, of the whole network or up to
            the feature maps.

    Returns:
        tuple[list[Link], str]: The chain, and the name of the stem
        convolution.

    Raises:
        StNetInputError: If the network does not begin with one convolution
            on RGB, or is no chain of modules that put out feature maps.
    """
    # Of its own generator: building a model must not depend on the probe.
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, *PROBE_SIZE, generator=generator)
    with _recording(network) as calls, torch.no_grad():
        output = features(image)
    stem = _find_stem(calls, image)
    links, end = _follow(calls, _state(image), 0, len(calls))
    if not links:
        raise StNetInputError('its modules put out no feature maps')
    _check_end(calls[end:], links[-1], output)
    pieces = [piece for link in links for piece in _split(calls, link)]
    return [_as_link(piece) for piece in pieces], stem


def group_by_resolution(chain: list[Link]) -> list[list[Link]]:
    """Split a chain wherever the resolution drops.

    Args:
        chain (list[Link]): The chain.

    Returns:
        list[list[Link]]: Its parts; convolutions without padding, which cost
        a few pixels, do not split it.
    """
    groups: list[list[Link]] = []
    for link in chain:
        if groups and link.height > 0.75 * groups[-1][0].height:
            groups[-1].append(link)
        else:
            groups.append([link])
    return groups


@contextmanager
def _recording(network: nn.Module) -> Iterator[list[_Call]]:
    """Record the calls of all modules, in evaluation mode.

    The list keeps every tensor alive, so that none takes another's place.
    """
    calls: list[_Call] = []
    hooks = []

    def watch(name: str, module: nn.Module) -> None:
        running: list[_Call] = []

        def enter(module: nn.Module, args: tuple) -> None:
            running.append(_Call(name, module, args))
            calls.append(running[-1])

        def leave(module: nn.Module, args: tuple, output: object) -> None:
            call = running.pop()
            call.output = output
            call.output_state = _state(output)
            call.end = len(calls)

        hooks.append(module.register_forward_pre_hook(enter))
        hooks.append(module.register_forward_hook(leave))

    modes = {module: module.training for module in network.modules()}
    network.eval()
    try:
        for name, module in network.named_modules():
            if module is not network:
                watch(name, module)
        yield calls
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in modes.items():
            module.training = mode


def _find_stem(calls: list[_Call], image: Tensor) -> str:
    """The one convolution that takes the image."""
    takers = [
        call
        for call in calls
        if call.input is image and not any(call.module.children())
    ]
    if (
        len(takers) == 1
        and isinstance(takers[0].module, nn.Conv2d)
        and takers[0].module.groups == 1
    ):
        return takers[0].name
    found = ', '.join(f'{c.name} ({type(c.module).__name__})' for c in takers)
    raise StNetInputError(
        'it must begin with one convolution on RGB, but what takes the image '
        f'is {found or "no module of it"}'
    )


def _follow(
    calls: list[_Call], current: object, start: int, end: int
) -> tuple[list[_Call], int]:
    """The calls that pass feature maps on, and the index behind them."""
    links: list[_Call] = []
    height = PROBE_SIZE[0]
    while start < end:
        call = calls[start]
        if call.input_state != current or not _is_map(call.output):
            break
        if call.output.shape[2] > height:
            break  # a pooling layer that prepares for a classifier
        height = call.output.shape[2]
        links.append(call)
        current, start = call.output_state, call.end
    return links, start


def _split(calls: list[_Call], call: _Call) -> list[_Call]:
    """A call, or those inside it if the resolution drops more than once."""
    inside = calls.index(call) + 1
    parts, _ = _follow(calls, call.input_state, inside, call.end)
    if not parts or parts[-1].output_state != call.output_state:
        return [call]
    before = Link('', 0, call.input.shape[2])
    drops = len(group_by_resolution([before, *map(_as_link, parts)])) - 1
    if drops < 2:
        return [call]
    return [piece for part in parts for piece in _split(calls, part)]


def _as_link(call: _Call) -> Link:
    _, channels, height, _ = call.output.shape
    return Link(call.name, channels, height)


def _is_map(x: object) -> bool:
    """Whether it is a feature map, [1, C, H, W], that is not pooled."""
    if not isinstance(x, Tensor) or x.ndim != 4 or _is_pooled(x):
        return False
    shape = x.shape[3] / x.shape[2] / (PROBE_SIZE[1] / PROBE_SIZE[0])
    return 0.6 < shape < 2.1


def _is_pooled(x: object) -> bool:
    """Whether it is one vector of features, [1, C] or [1, C, 1, 1]."""
    return isinstance(x, Tensor) and x.ndim >= 2 and x[0, 0].numel() == 1


def _check_end(rest: list[_Call], last: _Call, output: object) -> None:
    """After the last feature maps, only pooled features may be processed."""
    for call in rest:
        if any(True for _ in call.module.parameters(recurse=False)) and not (
            _is_pooled(call.input)
        ):
            raise StNetInputError(
                'its forward pass is no chain of modules that put out feature '
                f'maps: {call.name} does not take just what {last.name} puts '
                'out'
            )
    if isinstance(output, (tuple, list)) and output:
        output = output[-1]
    if _is_map(output) and not (
        output is last.output or torch.equal(output, last.output)
    ):
        raise StNetInputError(
            f'its feature maps are not what its last module, {last.name}, '
            'puts out'
        )
