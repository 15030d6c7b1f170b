"""Inference of the networks by themselves."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from stnet_mm.analysis import (
    PEERS,
    build_recognizer,
    count_complexity,
    read_peer,
    setting_of,
)
from stnet_mm.engine import choose_precision, speed_up
from stnet_mm.models.fold import fold_batch_norms

from .limits import convolution, matrix_product, memory_copy
from .networks import (
    LAST,
    RESNET50,
    SIZE,
    TRUNKS,
    at_once,
    frames_of,
    gmacs,
    inference,
    stnet,
)
from .report import Contender, Report

# Videos of a batch: enough to keep a GPU busy.
VIDEOS = {'cpu': 1, 'cuda': 16}


def compare_forward(report: Report, device: str, compiled: bool) -> None:
    """Compare inference of StNet, a plain ResNet-50 and MMAction2's networks.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        compiled (bool): Whether to compile too, which takes minutes.
    """
    for trunk in TRUNKS if device == 'cuda' else ('R50',):
        _compare_switches(report, trunk, device, compiled)
        _compare_lengths(report, trunk, device)
    report.compare('memory', [memory_copy(device)], 'GB')
    _compare_peers(report, device)


def _compare_switches(
    report: Report, trunk: str, device: str, compiled: bool
) -> None:
    videos = VIDEOS[device]
    low = choose_precision(device)
    precisions = ['fp32'] if low == torch.float32 else ['fp32', 'auto']
    contenders = [
        *_stnets(trunk, device, videos, precisions, compiled),
        *_resnets(device, videos, precisions, compiled),
    ]
    limits = []
    for dtype in dict.fromkeys([torch.float32, low]):
        limits.append(convolution(device, dtype))
        limits.append(matrix_product(device, dtype))
    title = f'forward: StNet-{trunk}, {videos} x 7x5 frames of {SIZE}x{SIZE}'
    rows = report.compare(title, [*contenders, *limits], 'GMAC')
    # The rates of the limits: convolution and matrix product, by bits.
    rates = [row['rate'] for row in rows[len(contenders) :]]
    facts = []
    for contender, row in zip(contenders, rows):
        bits = rates[-2:] if '16 bits' in row['name'] else rates[:2]
        facts.append(
            {
                'contender': row['name'],
                'videos/s': videos / row['median'],
                'of the convolution': row['rate'] / bits[0],
                'of the matrix product': row['rate'] / bits[1],
            }
        )
        if device == 'cuda':
            torch.cuda.reset_peak_memory_stats()
            contender.run()
            peak = torch.cuda.max_memory_allocated() / 1e6
            facts[-1]['peak MB, with all weights'] = peak
    report.facts(f'share of the limits, {title}', facts)


def _stnets(
    trunk: str,
    device: str,
    videos: int,
    precisions: list[str],
    compiled: bool,
) -> list[Contender]:
    frames = frames_of(7, device, videos)
    work = videos * gmacs(trunk, 7)
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
        Contender(name, inference(model, frames), work)
        for name, model in models.items()
    ]


def _resnets(
    device: str, videos: int, precisions: list[str], compiled: bool
) -> list[Contender]:
    """torchvision's ResNet-50 on as many images, under the same switches."""
    try:
        from torchvision.models import resnet50
    except (ImportError, RuntimeError):
        return []
    images = torch.randn(7 * videos, 3, SIZE, SIZE, device=device)
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

    work = 7 * videos * RESNET50
    return [Contender(n, runner(*c), work) for n, c in contenders.items()]


def _compare_lengths(report: Report, trunk: str, device: str) -> None:
    model = speed_up(stnet(trunk, device), 'fp32')
    report.compare(
        f'StNet-{trunk} --fast, fp32: time and the number of segments T',
        [
            Contender(
                f'T = {segments}',
                inference(model, frames_of(segments, device)),
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
            inference(stnet(device=device), frames_of(7, device)),
            gmacs('R50', 7),
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
