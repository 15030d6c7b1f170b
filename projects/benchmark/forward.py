"""Inference of the networks by themselves."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from stnet_mm.engine import choose_precision, speed_up
from stnet_mm.models.fold import fold_batch_norms

from .baselines import compare_baselines
from .limits import bits_of, convolution, matrix_product, memory_copy
from .networks import (
    LAST,
    RESNET50,
    SIZE,
    TRUNKS,
    at_once,
    find_resnet50,
    frames_of,
    gmacs,
    inference,
    stnet,
)
from .report import Case, Report

# Videos of a batch: enough to keep a GPU busy.
VIDEOS = {'cpu': 1, 'cuda': 16}
# Names of the precisions, by bits: 16 may be bfloat16 or float16.
LABELS = {32: 'fp32', 16: '16 bits'}


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
    compare_baselines(report, device)


def _compare_switches(
    report: Report, trunk: str, device: str, compiled: bool
) -> None:
    videos = VIDEOS[device]
    low = choose_precision(device)
    precisions = ['fp32'] if low == torch.float32 else ['fp32', 'auto']
    cases = [
        *_stnets(trunk, device, videos, precisions, compiled),
        *_resnets(device, videos, precisions, compiled),
    ]
    dtypes = dict.fromkeys([torch.float32, low])
    convolutions = [convolution(device, dtype) for dtype in dtypes]
    products = [matrix_product(device, dtype) for dtype in dtypes]
    title = f'forward: StNet-{trunk}, {videos} x 7x5 frames of {SIZE}x{SIZE}'
    rows = report.compare(title, [*cases, *convolutions, *products], 'GMAC')
    rates = {row['name']: row['rate'] for row in rows}
    # A limit's rate by its bits.
    by_convolution = {case.bits: rates[case.name] for case in convolutions}
    by_product = {case.bits: rates[case.name] for case in products}
    facts = []
    for case, row in zip(cases, rows):
        facts.append(
            {
                'case': case.name,
                'videos/s': videos / row['median'],
                'of the convolution': row['rate'] / by_convolution[case.bits],
                'of the matrix product': row['rate'] / by_product[case.bits],
            }
        )
        if device == 'cuda':
            torch.cuda.reset_peak_memory_stats()
            case.run()
            peak = torch.cuda.max_memory_allocated() / 1e6
            facts[-1]['peak MB, with all weights'] = peak
    report.facts(f'share of the limits, {title}', facts)


def _stnets(
    trunk: str,
    device: str,
    videos: int,
    precisions: list[str],
    compiled: bool,
) -> list[Case]:
    frames = frames_of(7, device, videos)
    work = videos * gmacs(trunk, 7)

    def case(name: str, model: nn.Module, bits: int = 32) -> Case:
        return Case(f'StNet{name}', inference(model, frames), work, bits)

    cases = [
        case(', NCHW, all segments at once', at_once(stnet(trunk, device))),
        case(', NCHW', stnet(trunk, device)),
        case(', channels last', stnet(trunk, device, channels_last=True)),
    ]
    for precision in precisions:
        bits = bits_of(choose_precision(device, precision))
        for compile in (False, True) if compiled else (False,):
            model = speed_up(stnet(trunk, device), precision, compile)
            name = f' --fast{" --compile" if compile else ""}, {LABELS[bits]}'
            cases.append(case(name, model, bits))
    return cases


def _resnets(
    device: str, videos: int, precisions: list[str], compiled: bool
) -> list[Case]:
    """torchvision's ResNet-50 on as many images, under the same switches."""
    resnet50 = find_resnet50()
    if resnet50 is None:
        return []
    images = torch.randn(7 * videos, 3, SIZE, SIZE, device=device)
    last = images.contiguous(**LAST)
    plain = resnet50().eval().to(device)
    folded = copy.deepcopy(plain)
    fold_batch_norms(folded, lambda: folded(images[:1]))
    folded.to(**LAST)

    def case(
        name: str,
        model: nn.Module,
        x: Tensor,
        dtype: torch.dtype = torch.float32,
    ) -> Case:
        low = dtype != torch.float32
        cast = dtype if low else torch.bfloat16

        def run() -> Tensor:
            with torch.no_grad(), torch.autocast(device, cast, enabled=low):
                return model(x)

        work = 7 * videos * RESNET50
        return Case(f'ResNet-50 x7, {name}', run, work, bits_of(dtype))

    cases = [
        case('NCHW', plain, images),
        case('channels last', copy.deepcopy(plain).to(**LAST), last),
    ]
    options = {'freezing': True} if device == 'cpu' else {}
    for precision in precisions:
        dtype = choose_precision(device, precision)
        label = LABELS[bits_of(dtype)]
        cases.append(case(f'folded, {label}', folded, last, dtype))
        if compiled:
            model = torch.compile(copy.deepcopy(folded), options=options)
            name = f'folded and compiled, {label}'
            cases.append(case(name, model, last, dtype))
    return cases


def _compare_lengths(report: Report, trunk: str, device: str) -> None:
    model = speed_up(stnet(trunk, device), 'fp32')
    report.compare(
        f'StNet-{trunk} --fast, fp32: time and the number of segments T',
        [
            Case(
                f'T = {segments}',
                inference(model, frames_of(segments, device)),
                segments,
            )
            for segments in (7, 25, 50)
        ],
        'segments',
    )
