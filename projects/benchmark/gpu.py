"""Networks on a GPU, beside what the chip can do."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from mmaction.registry import MODELS
from torch import nn

from projects.complexity.mmaction2_configs import BASELINES, read_baseline
from stnet_mm.analysis import build_recognizer, count_complexity, setting_of
from stnet_mm.engine import speed_up
from stnet_mm.engine.fast_gpu_inference import cast_weights
from stnet_mm.engine.graphed_function import GraphedFunction
from stnet_mm.models.fold import fold_batch_norms
from stnet_mm.models.fused_convolutions import fuse_convolutions
from stnet_mm.models.stem_pooling import fuse_stem_pooling
from stnet_mm.utils.model_state import without_tf32

from .floor import find_floor
from .limits import matrix_product, memory_copy
from .networks import (
    LAST,
    SIZE,
    TRUNKS,
    find_resnet50,
    frames_of,
    inference,
    stnet,
)
from .report import Case, Report
from .training import Training, training_steps

COMPARED = (
    'TSN-ResNet50',
    'TSM-ResNet50',
    'I3D-ResNet50',
    'SlowOnly-ResNet50',
)
STEM = ('conv1', 'bn1', 'relu', 'maxpool')
STAGES = ('layer1', 'layer2', 'layer3', 'layer4')
BF16 = torch.bfloat16


class Way(NamedTuple):
    """A network in one of the ways to run it.

    Attributes:
        name (str): Its name.
        run (Callable): Runs a batch.
        plain (Callable): Does the same eagerly, to count its work.
    """

    name: str
    run: Callable[[], object]
    plain: Callable[[], object]


def compare_gpu(
    report: Report, device: str, compiled: bool, batches: Sequence[int]
) -> None:
    """Compare inference and training steps of networks on a GPU.

    Args:
        report (Report): Takes the results.
        device (str): ``'cuda'``, or ``'cpu'`` to try it.
        compiled (bool): Whether to compile too, which takes minutes.
        batches (Sequence[int]): Clips of a batch, at least one number.
    """
    limits = [matrix_product(device, BF16), memory_copy(device)]
    product, copy = report.compare('limits of the chip', limits, 'GMAC or GB')
    # Operations and bytes a second.
    roof = (2e9 * product['rate'], 1e9 * copy['rate'])
    for batch in batches:
        title = f'inference, {batch} clips of 7 segments, {SIZE}x{SIZE}'
        # Once: it takes a minute, and what it gains depends little on sizes.
        now = compiled and batch == batches[0]
        ways = [
            *_stnets('R50', batch, 7, device, now),
            *_resnets(batch, 7, device, now),
        ]
        _compare(report, title, ways, batch, roof)
    batch = batches[0]
    for trunk in TRUNKS:
        if trunk != 'R50':
            title = f'inference, {batch} clips of 7 segments, StNet-{trunk}'
            ways = _stnets(trunk, batch, 7, device, compiled)
            _compare(report, title, ways, batch, roof)
    title = f'inference, {batch} clips of 25 segments'
    _compare(report, title, _stnets('R50', batch, 25, device), batch, roof)
    title = f"inference, {batch} clips, MMAction2's networks"
    _compare(report, title, _baselines(batch, device), batch, roof)
    for batch in batches:
        title = f'training step, {batch} clips of 7 segments'
        ways = _steps(batch, device, compiled and batch == batches[0])
        _compare(report, title, ways, batch, roof)


def _compare(
    report: Report,
    title: str,
    ways: Sequence[Way],
    clips: int,
    roof: tuple[float, float],
) -> None:
    rows = report.compare(title, [Case(w.name, w.run, clips) for w in ways])
    facts = []
    for way, row in zip(ways, rows):
        floor = find_floor(way.plain, *roof)
        rate = floor.operations / row['median']
        fact = {
            'case': way.name,
            'ms': row['median'] * 1e3,
            'clips/s': clips / row['median'],
            'TFLOP/s': rate / 1e12,
            'of the matrix rate': rate / roof[0],
            'of the floor': floor.seconds / row['median'],
        }
        if torch.cuda.is_available():
            torch.cuda.synchronize()
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
            before = torch.cuda.memory_allocated()
            way.run()
            peak = torch.cuda.max_memory_allocated() - before
            fact['peak GB of the pass'] = peak / 1e9
        facts.append(fact)
    report.facts(f'share of the limits: {title}', facts)


def _stnets(
    trunk: str, clips: int, segments: int, device: str, compiled: bool = False
) -> list[Way]:
    frames = frames_of(segments, device, clips)
    name = f'StNet-{trunk}'
    plain = inference(stnet(trunk, device, channels_last=True), frames)
    low = 'bf16' if device == 'cuda' else 'auto'
    ways = [
        Way(f'{name}, fp32', plain, plain),
        Way(f'{name}, bf16, eager', _in_bf16(plain, device), plain),
    ]
    for precision, compile in (('fp32', False), (low, False), (low, True)):
        if compile and not compiled:
            continue
        model = speed_up(stnet(trunk, device), precision, compile)
        switches = f'--fast{" --compile" if compile else ""}, {precision}'
        run = inference(model, frames)
        run()  # the second call records a graph
        ways.append(Way(f'{name} {switches}', run, plain))
    return ways


def _resnets(
    clips: int, segments: int, device: str, compiled: bool
) -> list[Way]:
    """torchvision's ResNet-50 on as many images, in the same ways."""
    resnet50 = find_resnet50()
    if resnet50 is None:
        return []
    shape = (segments * clips, 3, SIZE, SIZE)
    images = torch.randn(shape, device=device).contiguous(**LAST)
    low = images.to(BF16)
    network = resnet50().eval().to(device, **LAST)

    @torch.no_grad()
    def plain() -> object:
        return network(images)

    name = f'ResNet-50 x{segments}'
    ways = [
        Way(f'{name}, fp32', plain, plain),
        Way(f'{name}, bf16, eager', _in_bf16(plain, device), plain),
    ]
    folded = copy.deepcopy(network)

    def run() -> torch.Tensor:
        return folded(images[:1])

    with without_tf32():
        fold_batch_norms(folded, run)
    if compiled:
        compile = torch.compile(copy.deepcopy(folded).to(BF16))
        label = f'{name}, folded and compiled, bf16'
        ways.append(Way(label, _without_records(compile, low), plain))
    with without_tf32():
        fuse_stem_pooling(folded, STEM, run)
        fuse_convolutions(folded, STAGES, run)
    cast_weights(folded, BF16)
    graphed = _without_records(GraphedFunction(folded), low)
    graphed()  # the second call records a graph
    return [*ways, Way(f'{name}, as --fast, bf16', graphed, plain)]


def _baselines(clips: int, device: str) -> list[Way]:
    """MMAction2's networks, as their configs test one view."""
    ways = []
    for name, folder, config in BASELINES:
        if name not in COMPARED:
            continue
        cfg = read_baseline(folder, config)[0]
        shape = count_complexity(
            build_recognizer(cfg.model),
            setting_of(cfg.val_dataloader.dataset.pipeline),
        ).shape
        model = MODELS.build(cfg.model).eval().to(device)
        frames = torch.randn((clips, *shape[1:]), device=device)
        plain = inference(model, frames)
        name = f'{name}, {"x".join(map(str, shape[1:]))}'
        ways += [
            Way(f'{name}, fp32', plain, plain),
            Way(f'{name}, bf16', _in_bf16(plain, device), plain),
        ]
    return ways


def _steps(clips: int, device: str, compiled: bool) -> list[Way]:
    plain = training_steps(Training(True, BF16, clips, device))
    ways = [Way(f'{name}, bf16', run, run) for name, run in plain.items()]
    if compiled:
        steps = training_steps(Training(True, BF16, clips, device, True))
        ways += [
            Way(f'{name}, bf16, compiled', run, plain[name])
            for name, run in steps.items()
        ]
    return ways


def _in_bf16(run: Callable[[], object], device: str) -> Callable[[], object]:
    def low() -> object:
        with torch.autocast(device, BF16):
            return run()

    return low


def _without_records(
    network: Callable | nn.Module, x: torch.Tensor
) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return network(x)

    return run
