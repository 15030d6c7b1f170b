"""A network fed by a data loader, as in a real test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from stnet_mm.engine import speed_up

from .clips import CLIPS, Videos, write_clip
from .decoding import ours, sampling
from .networks import stnet
from .report import Case, Report


def compare_end_to_end(
    report: Report,
    device: str,
    videos: list[str],
    batch: int = 16,
    batches: int = 8,
) -> None:
    """Compare a loader, a network, and the two together.

    The share of the loader is what its workers fail to hide: the two together
    are as fast as the slower one at best.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        videos (list[str]): The first is loaded; by default a made one.
        batch (int): Videos of a batch. Defaults to 16.
        batches (int): Batches to run. Defaults to 8.
    """
    workers = max(1, (os.cpu_count() or 2) - 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(videos[0] if videos else Path(folder, 'clip.mp4'))
        if not videos:
            write_clip(path, *CLIPS['key frames 30 apart'])
        loader = DataLoader(
            Videos(path, ours(sampling(7)), batch * batches),
            batch_size=batch,
            num_workers=workers,
            collate_fn=pseudo_collate,
            pin_memory=device == 'cuda',
            persistent_workers=True,
        )
        model = speed_up(stnet(device=device))
        first = next(iter(loader))
        count = batch * batches

        def load() -> None:
            for _ in loader:
                pass

        def compute() -> None:
            for _ in range(batches):
                model.test_step(first)

        def both() -> None:
            for data in loader:
                model.test_step(data)

        runs: dict[str, Callable[[], None]] = {
            f'loader alone, {workers} worker(s)': load,
            'StNet-R50 --fast alone': compute,
            'both': both,
        }
        with torch.no_grad():
            report.compare(
                f'end to end: {count} videos of 7x5 frames',
                [Case(name, run, count) for name, run in runs.items()],
                'video',
            )
