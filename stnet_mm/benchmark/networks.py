"""The networks by themselves: inference, and steps of training."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.registry import init_default_scope
from torch import Tensor, nn

from ..analysis import (
    PEERS,
    build_recognizer,
    count_complexity,
    read_peer,
    setting_of,
)
from ..analysis.setting import Setting
from ..engine import choose_precision, speed_up
from ..models.fold import fold_batch_norms
from ..models.temporal_modeling_block import over_columns, over_volumes
from .limits import convolution, matrix_product, memory_copy
from .report import Contender, Report

SIZE = 224
LAST = dict(memory_format=torch.channels_last)
TRUNKS = {
    'R50': (dict(type='ResNet', depth=50), 2048),
    'IRv2': (dict(type='timm.inception_resnet_v2'), 1536),
}


def stnet(trunk: str = 'R50', device: str = 'cpu', **kwargs) -> nn.Module:
    """A StNet for 400 classes with random weights.

    Args:
        trunk (str): One of ``TRUNKS``. Defaults to ``'R50'``.
        device (str): Where to put it. Defaults to ``'cpu'``.
        **kwargs: Further arguments of the recognizer.

    Returns:
        nn.Module: The recognizer, in evaluation mode.
    """
    init_default_scope('mmaction')
    network, channels = TRUNKS[trunk]
    cfg = dict(
        type='StNetRecognizer',
        backbone=dict(type='StNet', trunk=network, num_frames=5),
        cls_head=dict(type='TXBHead', num_classes=400, in_channels=channels),
        data_preprocessor=dict(
            type='StNetDataPreprocessor', mean=[124.0] * 3, std=[58.0] * 3
        ),
    )
    torch.manual_seed(0)
    return MODELS.build({**cfg, **kwargs}).eval().to(device)


def at_once(model: nn.Module) -> nn.Module:
    """Let a StNet take all segments at once, as networks ordinarily do."""
    model.backbone.bytes_per_core = sys.maxsize
    return model


def compare_forward(report: Report, device: str, compiled: bool) -> None:
    """Compare inference of StNet, a plain ResNet-50 and MMAction2's networks.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        compiled (bool): Whether to compile too, which takes minutes.
    """
    low = choose_precision(device)
    precisions = ['fp32'] if low == torch.float32 else ['fp32', 'auto']
    for trunk in TRUNKS if device == 'cuda' else ('R50',):
        contenders = [
            *_stnets(trunk, device, precisions, compiled),
            *_resnets(device, precisions, compiled),
        ]
        for dtype in {torch.float32, low}:
            contenders.append(convolution(device, dtype))
            contenders.append(matrix_product(device, dtype))
        report.compare(
            f'forward: StNet-{trunk}, 7x5 frames of {SIZE}x{SIZE}',
            contenders,
            'GMAC',
        )
    report.compare('memory', [memory_copy(device)], 'GB')
    for trunk in TRUNKS if device == 'cuda' else ('R50',):
        _compare_lengths(report, trunk, device)
    _compare_peers(report, device)


def _stnets(
    trunk: str, device: str, precisions: list[str], compiled: bool
) -> list[Contender]:
    frames = _frames(7, device)
    work = _gmacs(trunk, 7)
    models = {
        'StNet, NCHW, all segments at once': at_once(stnet(trunk, device)),
        'StNet, NCHW': stnet(trunk, device),
        'StNet, channels last': stnet(trunk, device, channels_last=True),
    }
    for precision in precisions:
        for compile in (False, True) if compiled else (False,):
            name = f'StNet --fast{" --compile" if compile else ""}, '
            name += 'fp32' if precision == 'fp32' else '16 bits'
            model = stnet(trunk, device)
            models[name] = speed_up(model, precision, compile)
    return [
        Contender(name, _inference(model, frames), work)
        for name, model in models.items()
    ]


def _inference(model: nn.Module, frames: Tensor) -> Callable[[], Tensor]:
    def run() -> Tensor:
        with torch.no_grad():
            return model(frames, stage='head')

    return run


def _resnets(
    device: str, precisions: list[str], compiled: bool
) -> list[Contender]:
    """torchvision's ResNet-50 on seven images under the same switches."""
    try:
        from torchvision.models import resnet50
    except (ImportError, RuntimeError):
        return []
    images = torch.randn(7, 3, SIZE, SIZE, device=device)
    last = images.contiguous(**LAST)
    plain = resnet50().eval().to(device)
    folded = copy.deepcopy(plain)
    fold_batch_norms(folded, lambda: folded(images[:1]))
    folded.to(**LAST)
    contenders = {
        'ResNet-50 x7, NCHW': (plain, images, torch.float32),
        'ResNet-50 x7, channels last': (
            copy.deepcopy(plain).to(**LAST),
            last,
            torch.float32,
        ),
    }
    options = {'freezing': True} if device == 'cpu' else {}
    for precision in precisions:
        dtype = choose_precision(device, precision)
        bits = 'fp32' if precision == 'fp32' else '16 bits'
        contenders[f'ResNet-50 x7, folded, {bits}'] = folded, last, dtype
        if compiled:
            model = torch.compile(copy.deepcopy(folded), options=options)
            name = f'ResNet-50 x7, folded and compiled, {bits}'
            contenders[name] = model, last, dtype

    def runner(model: nn.Module, x: Tensor, dtype: torch.dtype) -> Callable:
        low = dtype != torch.float32
        cast = dtype if low else torch.bfloat16

        def run() -> Tensor:
            with torch.no_grad(), torch.autocast(device, cast, enabled=low):
                return model(x)

        return run

    work = 7 * 4.089  # GMACs of ResNet-50 at 224x224
    return [Contender(n, runner(*c), work) for n, c in contenders.items()]


def _compare_lengths(report: Report, trunk: str, device: str) -> None:
    model = speed_up(stnet(trunk, device), 'fp32')
    report.compare(
        f'StNet-{trunk} --fast, fp32: time and the number of segments T',
        [
            Contender(
                f'T = {segments}',
                _inference(model, _frames(segments, device)),
                segments,
            )
            for segments in (7, 25, 50)
        ],
        'segments',
    )


def _compare_peers(report: Report, device: str) -> None:
    contenders = [
        Contender(
            'StNet-R50',
            _inference(stnet(device=device), _frames(7, device)),
            _gmacs('R50', 7),
        )
    ]
    for name, folder, config in PEERS:
        cfg = read_peer(folder, config)[0]
        counts = count_complexity(
            build_recognizer(cfg.model),
            setting_of(cfg.val_dataloader.dataset.pipeline),
        )
        model = MODELS.build(cfg.model).eval().to(device)
        frames = torch.randn(counts.shape, device=device)
        contenders.append(
            Contender(name, _peer(model, frames), counts.macs / 1e9)
        )
    report.compare(
        'forward: one clip of each network, eager, NCHW, fp32',
        contenders,
        'GMAC',
    )


def _peer(model: nn.Module, frames: Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.no_grad():
            return model.extract_feat(frames, stage='head')

    return run


def compare_train_step(report: Report, device: str) -> None:
    """Compare training steps, and ways to convolve over time.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
    """
    batch = 1 if device == 'cpu' else 16
    low = choose_precision(device)
    dtypes = [torch.float32]
    if device == 'cuda':  # MMEngine has no mixed precision on a CPU
        dtypes.append(low)
    contenders = []
    for dtype in dtypes:
        for last in (False, True):
            layout = 'channels last' if last else 'NCHW'
            layout += '' if dtype == torch.float32 else ', 16 bits'
            contenders += _train_steps(layout, last, dtype, batch, device)
    report.compare(
        f'training step: {batch} video(s) of 7x5 frames of {SIZE}x{SIZE}',
        contenders,
        'GMAC',
    )
    for layout in ('NCHW', 'channels last'):
        _compare_blocks(report, layout, device)


def _train_steps(
    layout: str, last: bool, dtype: torch.dtype, batch: int, device: str
) -> list[Contender]:
    frames = _frames(7, device, batch)
    labels = [ActionDataSample().set_gt_label(1).to(device)] * batch
    model = stnet(device=device, channels_last=last)
    # A training step costs three forward passes: two are of the gradients.
    work = 3 * batch * _gmacs('R50', 7)
    contenders = [
        Contender(
            f'StNet-R50, {layout}',
            _step(
                model, lambda: model.loss(frames, labels)['loss_cls'], dtype
            ),
            work,
        )
    ]
    try:
        from torchvision.models import resnet50
    except (ImportError, RuntimeError):
        return contenders
    network = resnet50(num_classes=400).to(device)
    images = torch.randn(7 * batch, 3, SIZE, SIZE, device=device)
    targets = torch.ones(7 * batch, dtype=torch.long, device=device)
    if last:
        network, images = network.to(**LAST), images.contiguous(**LAST)
    return [
        *contenders,
        Contender(
            f'ResNet-50 x7, {layout}',
            _step(
                network,
                lambda: F.cross_entropy(network(images), targets),
                dtype,
            ),
            3 * batch * 7 * 4.089,
        ),
    ]


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
        contenders = []
        for training in (False, True):
            for way in (over_columns, over_volumes):
                contenders.append(
                    Contender(
                        way.__name__.replace('_', ' ')
                        + (', forward and backward' if training else ''),
                        _convolution_over_time(way, x, weight, training),
                        work * (3 if training else 1),
                    )
                )
        report.compare(
            f'temporal convolution of {channels} channels, {layout}',
            contenders,
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


def _frames(segments: int, device: str, videos: int = 1) -> Tensor:
    """Bytes as the loader gives them: [B, T*N, 3, H, W], colours adjacent."""
    shape = (videos, segments * 5, SIZE, SIZE, 3)
    frames = torch.randint(256, shape, dtype=torch.uint8, device=device)
    # [B, T*N, H, W, 3] -> [B, T*N, 3, H, W]
    return frames.permute(0, 1, 4, 2, 3)


def _gmacs(trunk: str, segments: int) -> float:
    setting = Setting(5, segments, SIZE, SIZE)
    model = stnet(trunk).to('meta')
    return count_complexity(model, setting).macs / 1e9
