"""Inference of StNet beside MMAction2's networks."""

from __future__ import annotations

import torch
from mmaction.registry import MODELS

from projects.complexity.mmaction2_configs import BASELINES, read_baseline
from stnet_mm.analysis import build_recognizer, count_complexity, setting_of

from .networks import frames_of, gmacs, inference, stnet
from .report import Case, Report


def compare_baselines(report: Report, device: str) -> None:
    """Compare StNet with MMAction2's networks on one clip each.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
    """
    cases = [
        Case(
            'StNet-R50',
            inference(stnet(device=device), frames_of(7, device)),
            gmacs('R50', 7),
        )
    ]
    for name, folder, config in BASELINES:
        cfg = read_baseline(folder, config)[0]
        counts = count_complexity(
            build_recognizer(cfg.model),
            setting_of(cfg.val_dataloader.dataset.pipeline),
        )
        model = MODELS.build(cfg.model).eval().to(device)
        frames = torch.randn(counts.shape, device=device)
        cases.append(Case(name, inference(model, frames), counts.macs / 1e9))
    report.compare(
        'forward: one clip of each network, eager, NCHW, fp32',
        cases,
        'GMAC',
    )
