"""Which modules a 2-D network passes an image through, one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..errors import StNetInputError
from ..utils.model_state import evaluation_mode
from .module_calls import ModuleCall, TensorState, record_module_calls

# Height and width of the image that is traced. Not square, to tell
# [B, C, H, W] from [B, H, W, C]; small, to be quick; and after the five
# halvings that most networks have, 4x6 values are left, more than one, which
# would be taken for pooled features.
PROBE_SIZE = (128, 192)
# A layer halves the resolution (0.5) or keeps it; convolutions without
# padding cost a few pixels (63 -> 61 in Inception). Between the two, a height
# above this share of the one before counts as kept.
KEPT_HEIGHT = 0.75
# How far width / height of feature maps may be from that of the image.
# Rounding changes it in the smallest maps: 2x2 has 0.67 of it, 1x3 has 2.
# Other axes than height and width, such as [B, H, W, C], are far outside.
ASPECT_CHANGE = (0.6, 2.1)


class Layer(NamedTuple):
    """A layer of a network: it takes what the one before it outputs.

    It may be a module of any size, from a convolution to a stage.

    Attributes:
        name (str): Its dotted name in the network.
        channels (int): Channels of its output.
        height (int): Height of its output, for an image of ``PROBE_SIZE``.
    """

    name: str
    channels: int
    height: int


@torch.no_grad()
def trace_layers(
    network: nn.Module, features: Callable[[Tensor], object]
) -> tuple[list[Layer], str]:
    """Find the sequence of layers from an image to the last feature maps.

    The network runs once. A module is a layer if it takes the very tensor
    that the layer before it returned. A module in which the resolution drops
    more than once is replaced by its parts, so that a layer is a stage at
    most.

    Args:
        network (nn.Module): A 2-D image network.
        features (Callable): Its forward pass, of the whole network or up to
            the feature maps.

    Returns:
        tuple[list[Layer], str]: The layers in order, and the name of the stem
        convolution.

    Raises:
        StNetInputError: If the network does not begin with one convolution
            on RGB, or is no sequence of layers that output feature maps.
    """
    # Of its own generator: building a model must not depend on the probe.
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, *PROBE_SIZE, generator=generator)
    with evaluation_mode(network), record_module_calls(network) as calls:
        output = features(image)
    stem = _find_stem(calls, image)
    state = TensorState(id(image), image._version)
    traced, end = _follow(calls, state, 0, len(calls))
    if not traced:
        raise StNetInputError('its modules output no feature maps')
    _check_end(calls[end:], traced[-1], output)
    pieces = [piece for call in traced for piece in _split(calls, call)]
    return [_as_layer(piece) for piece in pieces], stem


def group_by_resolution(layers: list[Layer]) -> list[list[Layer]]:
    """Split a sequence of layers wherever the resolution drops.

    Args:
        layers (list[Layer]): The layers.

    Returns:
        list[list[Layer]]: Its parts, each of one resolution.
    """
    groups: list[list[Layer]] = []
    for layer in layers:
        if groups and layer.height > KEPT_HEIGHT * groups[-1][0].height:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    return groups


def _find_stem(calls: list[ModuleCall], image: Tensor) -> str:
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
    calls: list[ModuleCall], current: TensorState | None, start: int, end: int
) -> tuple[list[ModuleCall], int]:
    """The calls that pass feature maps on, and the index behind them."""
    traced: list[ModuleCall] = []
    height = PROBE_SIZE[0]
    while start < end:
        call = calls[start]
        if call.input_state != current or not _is_map(call.output):
            break
        if call.output.shape[2] > height:
            break  # a pooling layer that prepares for a classifier
        height = call.output.shape[2]
        traced.append(call)
        current, start = call.output_state, call.end
    return traced, start


def _split(calls: list[ModuleCall], call: ModuleCall) -> list[ModuleCall]:
    """A call, or those inside it if the resolution drops more than once."""
    inside = calls.index(call) + 1
    parts, _ = _follow(calls, call.input_state, inside, call.end)
    if not parts or parts[-1].output_state != call.output_state:
        return [call]
    before = Layer('', 0, call.input.shape[2])
    drops = len(group_by_resolution([before, *map(_as_layer, parts)])) - 1
    if drops < 2:
        return [call]
    return [piece for part in parts for piece in _split(calls, part)]


def _as_layer(call: ModuleCall) -> Layer:
    _, channels, height, _ = call.output.shape
    return Layer(call.name, channels, height)


def _is_map(x: object) -> bool:
    """Whether it is a feature map, [1, C, H, W], that is not pooled."""
    if not isinstance(x, Tensor) or x.ndim != 4 or _is_pooled(x):
        return False
    change = x.shape[3] / x.shape[2] / (PROBE_SIZE[1] / PROBE_SIZE[0])
    return ASPECT_CHANGE[0] < change < ASPECT_CHANGE[1]


def _is_pooled(x: object) -> bool:
    """Whether it is one vector of features, [1, C] or [1, C, 1, 1]."""
    return isinstance(x, Tensor) and x.ndim >= 2 and x[0, 0].numel() == 1


def _check_end(rest: list[ModuleCall], last: ModuleCall, output: Any) -> None:
    """After the last feature maps, only pooled features may be processed."""
    for call in rest:
        if any(True for _ in call.module.parameters(recurse=False)) and not (
            _is_pooled(call.input)
        ):
            raise StNetInputError(
                'its forward pass is no sequence of layers that output '
                f'feature maps: {call.name} does not take just what '
                f'{last.name} outputs'
            )
    if isinstance(output, (tuple, list)) and output:
        output = output[-1]
    if _is_map(output) and not (
        output is last.output or torch.equal(output, last.output)
    ):
        raise StNetInputError(
            f'its feature maps are not what its last module, {last.name}, '
            'outputs'
        )
