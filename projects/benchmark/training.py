"""Training steps of the networks by themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from mmaction.structures import ActionDataSample
from torch import Tensor, nn

from stnet_mm.engine import choose_precision
from stnet_mm.models.temporal_modeling_block import over_columns, over_volumes

from .networks import (
    LAST,
    RESNET50,
    SIZE,
    find_resnet50,
    frames_of,
    gmacs,
    stnet,
)
from .report import Case, Report


def compare_train_step(report: Report, device: str) -> None:
    """Compare training steps, and ways to convolve over time.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
    """
    batch = 1 if device == 'cpu' else 16
    cases = []
    for dtype in dict.fromkeys([torch.float32, choose_precision(device)]):
        for last in (False, True):
            layout = 'channels last' if last else 'NCHW'
            layout += '' if dtype == torch.float32 else ', 16 bits'
            cases += _train_steps(layout, last, dtype, batch, device)
    report.compare(
        f'training step: {batch} video(s) of 7x5 frames of {SIZE}x{SIZE}',
        cases,
        'GMAC',
    )
    for layout in ('NCHW', 'channels last'):
        _compare_blocks(report, layout, device)


def _train_steps(
    layout: str, last: bool, dtype: torch.dtype, batch: int, device: str
) -> list[Case]:
    way = Training(last, dtype, batch, device)
    # A training step costs three forward passes: two are of the gradients.
    works = {
        'StNet-R50': 3 * batch * gmacs('R50', 7),
        'ResNet-50 x7': 3 * batch * 7 * RESNET50,
    }
    return [
        Case(f'{name}, {layout}', step, works[name])
        for name, step in training_steps(way).items()
    ]


class Training(NamedTuple):
    """A way to train.

    Attributes:
        last (bool): Whether channels are last in memory.
        dtype (torch.dtype): What to compute in.
        batch (int): Clips of 7 segments.
        device (str): ``'cpu'`` or ``'cuda'``.
        compile (bool): Whether to compile the network. Defaults to False.
    """

    last: bool
    dtype: torch.dtype
    batch: int
    device: str
    compile: bool = False


def training_steps(way: Training) -> dict[str, Callable[[], None]]:
    """What trains networks a step.

    Args:
        way (Training): How.

    Returns:
        dict[str, Callable]: ``'StNet-R50'``, and ``'ResNet-50 x7'``,
        torchvision's on as many images, if there is a torchvision.
    """
    steps = {'StNet-R50': _step_of_stnet(way)}
    resnet50 = find_resnet50()
    if resnet50 is not None:
        steps['ResNet-50 x7'] = _step_of_resnet(way, resnet50)
    return steps


def _step_of_stnet(way: Training) -> Callable[[], None]:
    frames = frames_of(7, way.device, way.batch)
    label = ActionDataSample().set_gt_label(1).to(way.device)
    labels = [label] * way.batch
    model = stnet(device=way.device, channels_last=way.last)
    if way.compile:
        model.feature_maps = torch.compile(model.feature_maps)
    return _step(
        model, lambda: model.loss(frames, labels)['loss_cls'], way.dtype
    )


def _step_of_resnet(
    way: Training, resnet50: Callable[..., nn.Module]
) -> Callable[[], None]:
    network = resnet50(num_classes=400).to(way.device)
    count = 7 * way.batch
    images = torch.randn(count, 3, SIZE, SIZE, device=way.device)
    targets = torch.ones(count, dtype=torch.long, device=way.device)
    if way.last:
        network, images = network.to(**LAST), images.contiguous(**LAST)
    run = torch.compile(network) if way.compile else network
    return _step(
        network, lambda: F.cross_entropy(run(images), targets), way.dtype
    )


def _step(
    model: nn.Module, loss: Callable[[], Tensor], dtype: torch.dtype
) -> Callable[[], None]:
    model.train()
    device = next(model.parameters()).device.type
    low = dtype != torch.float32
    optimizer = torch.optim.SGD(
        model.parameters(), lr=1e-4, momentum=0.9, fused=device == 'cuda'
    )

    def run() -> None:
        cast = dtype if low else torch.bfloat16
        with torch.autocast(device, cast, enabled=low):
            value = loss()
        value.backward()
        optimizer.step()
        optimizer.zero_grad()

    return run


def _compare_blocks(report: Report, layout: str, device: str) -> None:
    """Both ways of a temporal block's convolution, in one layout."""
    for channels, size in ((512, 28), (1024, 14)):
        x = torch.randn(7, channels, size, size, device=device)
        weight = torch.randn(channels, channels, 3, 1, device=device) / 99
        if layout != 'NCHW':
            x, weight = x.contiguous(**LAST), weight.contiguous(**LAST)
        x.requires_grad_()
        weight.requires_grad_()
        work = x.numel() * channels * 3 / 1e9
        cases = []
        for training in (False, True):
            for way in (over_columns, over_volumes):
                cases.append(
                    Case(
                        way.__name__.replace('_', ' ')
                        + (', forward and backward' if training else ''),
                        _convolution_over_time(way, x, weight, training),
                        work * (3 if training else 1),
                    )
                )
        report.compare(
            f'temporal convolution of {channels} channels, {layout}',
            cases,
            'GMAC',
        )


def _convolution_over_time(
    way: Callable, x: Tensor, weight: Tensor, training: bool
) -> Callable[[], Tensor]:
    def run() -> Tensor:
        with torch.set_grad_enabled(training):
            y = way(x, weight, None, 7)
            if training:
                y.sum().backward()
                x.grad = weight.grad = None
            return y

    return run
