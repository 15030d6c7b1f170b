"""Exported networks beside the model that they were exported from."""

from __future__ import annotations

import copy
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.engine import speed_up
from stnet_mm.export import export
from stnet_mm.export.formats import FORMATS
from stnet_mm.export.int8 import quantize
from stnet_mm.models.scores import average_views
from stnet_runtime.contract import Contract
from stnet_runtime.model import ExportedModel

from .clips import write_clip
from .report import Case, Report

# Each with its last number of channels.
TRUNKS = {
    'R18': (dict(type='ResNet', depth=18), 512),
    'R50': (dict(type='ResNet', depth=50), 2048),
    'SE-ResNeXt101': (
        dict(
            type='mmpretrain.SEResNeXt',
            depth=101,
            groups=32,
            width_per_group=4,
        ),
        2048,
    ),
    'IRv2': (dict(type='timm.inception_resnet_v2'), 1536),
    'Lite0': (dict(type='timm.tf_efficientnet_lite0'), 1280),
    'ConvNeXt-T': (dict(type='mmpretrain.ConvNeXt', arch='tiny'), 768),
}
SEGMENTS, FRAMES, SIZE = 7, 5, 224
INT8 = 'onnx, 8-bit integers'
# As videos of 340x256 are read.
READ = (1, SEGMENTS * FRAMES, 256, 340, 3)


def compare_exported(report: Report, trunks: Sequence[str] = ()) -> None:
    """Export every trunk in every format, and time what runs them.

    Args:
        report (Report): Takes the results.
        trunks (Sequence[str]): Some of ``TRUNKS``. Defaults to all.
    """
    facts = []
    for name in trunks or TRUNKS:
        model = stnet_for_export(name)
        frames = np.random.default_rng(0).integers(0, 256, READ, np.uint8)
        cases = [Case('eager, --fast fp32', _eager(model, frames))]
        with tempfile.TemporaryDirectory() as folder:
            for form, kind in FORMATS.items():
                path = Path(folder, f'model{kind.suffix}')
                done = export(model, contract(), path, form)
                facts.append(
                    {
                        'trunk': name,
                        'format': form,
                        'off the model': done.random.difference,
                        'MiB': done.size / 2**20,
                        'any T': done.contract.any_segments,
                    }
                )
                cases.append(Case(form, _run(path, form, frames)))
            integers = Path(folder, 'int8.onnx')
            write_clip(Path(folder, 'clip.mp4'), 30, *READ[3:1:-1])
            videos = [(str(Path(folder, 'clip.mp4')), 0)]
            data = Path(folder, 'model.onnx').read_bytes()
            integers.write_bytes(quantize(data, contract(), videos))
            facts.append(
                {
                    'trunk': name,
                    'format': INT8,
                    'off the model': math.nan,  # of random weights
                    'MiB': integers.stat().st_size / 2**20,
                    'any T': True,
                }
            )
            cases.append(Case(INT8, _run(integers, 'onnx', frames)))
        report.compare(
            f'StNet-{name}: {SEGMENTS}x{FRAMES} frames of 340x256, '
            f'crop of {SIZE}',
            cases,
        )
    report.facts('exported files', facts)


def stnet_for_export(name: str) -> nn.Module:
    """A StNet for 400 classes with random weights.

    Args:
        name (str): One of ``TRUNKS``.

    Returns:
        nn.Module: The recognizer, in evaluation mode.
    """
    init_default_scope('mmaction')
    trunk, channels = TRUNKS[name]
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=dict(type='StNet', trunk=trunk, num_frames=FRAMES),
            cls_head=dict(
                type='TXBHead',
                num_classes=400,
                in_channels=channels,
                average_clips='prob',
            ),
            data_preprocessor=dict(
                type='StNetDataPreprocessor', mean=[124.0] * 3, std=[58.0] * 3
            ),
            test_cfg=dict(crops='center', crop_size=SIZE),
        )
    )
    return model.eval()


def contract() -> Contract:
    """What the exported networks take."""
    classes = tuple(f'class {i}' for i in range(400))
    return Contract(classes, SEGMENTS, FRAMES, 'center', (SIZE, SIZE))


def _eager(model: nn.Module, frames: np.ndarray) -> Callable[[], torch.Tensor]:
    fast = speed_up(copy.deepcopy(model), 'fp32')
    # [B, T*N, H, W, 3] -> [B, T*N, 3, H, W]
    videos = [*torch.from_numpy(frames).permute(0, 1, 4, 2, 3)]

    def run() -> torch.Tensor:
        with torch.no_grad():
            logits = fast.classify_views(videos, crop=True)
            return average_views(fast.cls_head, logits[None])

    return run


def _run(
    path: Path, form: str, frames: np.ndarray
) -> Callable[[], list[np.ndarray]]:
    if form == 'onnx':
        model = ExportedModel(path, torch.get_num_threads())
        return lambda: [p.scores for p in model.predict(frames)]
    run = FORMATS[form].load(path.read_bytes())
    return lambda: run(frames)[:1]
