"""Multiply-adds and parameters of a recognizer, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import torch
from mmaction.models.recognizers import Recognizer2D, Recognizer3D
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from ..errors import StNetInputError
from .flop_watch import FlopWatch
from .setting import Setting


class Part(NamedTuple):
    """A part of a network.

    Attributes:
        name (str): Its name.
        macs (int): Multiply-adds of one view.
        parameters (int): Number of parameters.
    """

    name: str
    macs: int
    parameters: int


class Complexity(NamedTuple):
    """What a recognizer costs.

    Attributes:
        parts (tuple[Part, ...]): Its parts, in the order in which they run.
        shape (tuple[int, ...]): Input of one view.
        views (int): Views of a video: crops, and clips of a 3-D network.
        macs (int): Multiply-adds of one view.
        parameters (int): Number of parameters.
    """

    parts: tuple[Part, ...]
    shape: tuple[int, ...]
    views: int
    macs: int
    parameters: int


def build_recognizer(model: dict) -> BaseRecognizer:
    """Build a recognizer to count, without values: on the ``meta`` device.

    Args:
        model (dict): Config of a recognizer of MMAction2.

    Returns:
        BaseRecognizer: The recognizer, in evaluation mode.

    Raises:
        StNetInputError: If it cannot be built, or is no recognizer of videos.
    """
    init_default_scope('mmaction')
    try:
        recognizer = MODELS.build(model)
    except (KeyError, TypeError) as error:
        raise StNetInputError(f'the model cannot be built: {error}') from error
    if not isinstance(recognizer, (Recognizer2D, Recognizer3D)):
        raise StNetInputError(f'{model["type"]} is no recognizer of videos')
    return recognizer.eval().to('meta')


def count_complexity(
    recognizer: BaseRecognizer, setting: Setting
) -> Complexity:
    """Count what a recognizer costs for one video.

    On the ``meta`` device every layer is called, but nothing is computed.
    Counted are the multiply-adds of convolutions and matrix products, in the
    forward pass.

    Args:
        recognizer (BaseRecognizer): What ``build_recognizer`` gave.
        setting (Setting): Its input.

    Returns:
        Complexity: The counts.

    Raises:
        StNetInputError: If it cannot take such an input, or torch is older
            than 2.1.
    """
    try:
        from torch.utils.flop_counter import FlopCounterMode
    except ImportError as error:
        raise StNetInputError(
            'counting multiply-adds needs torch 2.1 or newer'
        ) from error
    shape, views = one_view(recognizer, setting)
    counter = FlopCounterMode(display=False)
    parts = _parts(recognizer)
    with ExitStack() as stack:
        watches = [
            stack.enter_context(FlopWatch(counter, part))
            for part in parts.values()
        ]
        try:
            with torch.no_grad(), counter:
                recognizer.extract_feat(
                    torch.empty(shape, device='meta'), stage='head'
                )
        except RuntimeError as error:
            raise StNetInputError(
                f'the network cannot take an input of shape {shape}: {error}'
            ) from error
    # The counter counts a multiply-add as two operations.
    counted = [
        Part(name, watch.flops // 2, _parameters(part))
        for (name, part), watch in zip(parts.items(), watches)
    ]
    macs = counter.get_total_flops() // 2
    parameters = _parameters(recognizer)
    # What a network does outside of its modules, and its own parameters.
    rest = Part(
        'rest',
        macs - sum(part.macs for part in counted),
        parameters - sum(part.parameters for part in counted),
    )
    if rest.macs or rest.parameters:
        counted.append(rest)
    return Complexity(tuple(counted), shape, views, macs, parameters)


def one_view(
    recognizer: nn.Module, setting: Setting
) -> tuple[tuple[int, ...], int]:
    """The input of one view, and how many views a video has.

    Args:
        recognizer (nn.Module): The recognizer.
        setting (Setting): Its input for one video.

    Returns:
        tuple[tuple[int, ...], int]: Shape of the frames of one view, and the
        number of views.
    """
    size = (setting.height, setting.width)
    if isinstance(recognizer, Recognizer3D):
        # [B, V, 3, N, H, W]: a clip is a view.
        views = setting.num_clips * setting.crops
        return (1, 1, 3, setting.clip_len, *size), views
    # [B, T*N, 3, H, W]
    frames = setting.num_clips * setting.clip_len
    return (1, frames, 3, *size), setting.crops


def _parts(recognizer: BaseRecognizer) -> dict[str, nn.Module]:
    """The parts by name; they have no module in common."""
    backbone, head = recognizer.backbone, recognizer.cls_head
    parts = _own_parts(backbone) or dict(_children(backbone))
    if recognizer.with_neck:
        parts['neck'] = recognizer.neck
    return {**parts, **(_own_parts(head) or {'head': head})}


def _own_parts(module: nn.Module) -> dict[str, nn.Module]:
    """The parts that a backbone or head of this package names itself."""
    named_parts = getattr(module, 'named_parts', dict)
    return dict(named_parts())


def _children(backbone: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Children of a backbone; of a list of modules, its items."""
    for name, child in backbone.named_children():
        if isinstance(child, (nn.ModuleList, nn.ModuleDict)):
            for key, item in child.named_children():
                yield f'{name}.{key}', item
        else:
            yield name, child


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
