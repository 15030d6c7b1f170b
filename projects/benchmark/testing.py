"""Ten-crop testing as a whole: worker, transfer, main process, network."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from mmengine.dataset import Compose, pseudo_collate
from torch import nn
from torch.utils.data import DataLoader

from stnet_mm.engine import choose_precision, speed_up

from .clips import CLIPS, Videos, write_clip
from .decoding import ours, sampling, stock
from .memory import in_new_process, status_of
from .networks import at_once, stnet
from .report import Case, Report


class Way(NamedTuple):
    """A way to test with ten crops.

    Attributes:
        name (str): Its name.
        stock (bool): Whether it is MMAction2's: decord, crops made by the
            pipeline, every view in one pass. Defaults to False, ours.
        precision (str, optional): As in ``speed_up``, which ours is then
            passed through. Defaults to None, it is not.
    """

    name: str
    stock: bool = False
    precision: str | None = None


STOCK = Way('MMAction2: TenCrop', stock=True)
OURS = Way('ours')
FAST = Way('ours --fast, fp32', precision='fp32')
FAST_LOW = Way('ours --fast, 16 bits', precision='auto')


def _setup(
    way: Way, size: int, segments: int, device: str
) -> tuple[nn.Module, Compose]:
    """Model and pipeline of a way to test."""
    if way.stock:
        # MMAction2's preprocessor, and every view in one pass.
        crop = [dict(type='TenCrop', crop_size=size)]
        model = stnet(
            device=device,
            test_cfg=dict(num_segments=segments, views_per_chunk=250),
            data_preprocessor=dict(
                type='ActionDataPreprocessor', mean=[124.0] * 3, std=[58.0] * 3
            ),
        )
        steps = stock('decord', sampling(segments), crop=crop)
        model = at_once(model)
    else:
        test_cfg = dict(crops='ten', crop_size=size)
        model = stnet(device=device, test_cfg=test_cfg)
        steps = ours(sampling(segments), crop=())
    # No average: logits are compared.
    model.cls_head.average_clips = None
    if way.precision is not None:
        speed_up(model, way.precision)
    return model, steps


def compare_testing(
    report: Report,
    device: str,
    videos: list[str],
    sizes: Sequence[int] = (224, 256),
    segments: int = 25,
    batches: Sequence[int] = (1, 4),
) -> None:
    """Compare ten-crop testing with MMAction2's stock path.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        videos (list[str]): The first is tested; by default a made one.
        sizes (Sequence[int]): Sides of the crops in pixels. Defaults to
            (224, 256).
        segments (int): T. Defaults to 25.
        batches (Sequence[int]): Videos in a batch, to measure memory with.
            Defaults to (1, 4).
    """
    ways = [STOCK, OURS, FAST]
    if choose_precision(device) != torch.float32:
        ways.append(FAST_LOW)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(videos[0] if videos else Path(folder, 'clip.mp4'))
        if not videos:
            write_clip(path, *CLIPS['key frames 250 apart'])
        for size in sizes:
            _compare(report, ways, path, size, segments, batches, device)


def _compare(
    report: Report,
    ways: list[Way],
    path: Path,
    size: int,
    segments: int,
    batches: Sequence[int],
    device: str,
) -> None:
    title = f'ten crops of {size}, {segments}x5 frames'
    setups = {way: _setup(way, size, segments, device) for way in ways}
    data = {way: Videos(path, steps, 1) for way, (_, steps) in setups.items()}
    report.compare(
        f'{title}: processor time of the worker for a video',
        [Case(w.name, lambda d=data[w]: d[0]) for w in (STOCK, OURS)],
        clock=time.process_time,
    )
    report.compare(
        f'{title}: whole video',
        [
            Case(way.name, _whole_video(model, data[way]), 1)
            for way, (model, _) in setups.items()
        ],
        'video',
    )
    expected = _logits(setups[STOCK][0], data[STOCK])
    rows = {}
    for way, (model, _) in setups.items():
        logits = _logits(model, data[way])
        rows[way] = {
            'case': way.name,
            'MB to the main process': _megabytes(data[way]),
            'difference of the logits': float(
                (logits - expected).norm() / expected.norm()
            ),
        }
    del setups, model
    for way, row in rows.items():
        for batch in batches:
            # The stock path of four videos takes 20 GB.
            row[f'peak MB, batch {batch}'] = (
                'not run'
                if way.stock and batch == 4
                else in_new_process(
                    _peak, path, batch, (way, size, segments, device)
                )
            )
    report.facts(f'{title}: memory and logits', [*rows.values()])


def _whole_video(model: nn.Module, data: Videos) -> Callable[[], object]:
    def run() -> object:
        with torch.no_grad():
            return model.test_step(pseudo_collate([data[0]]))

    return run


def _logits(model: nn.Module, data: Videos) -> torch.Tensor:
    (result,) = _whole_video(model, data)()
    return result.pred_score.cpu()


def _megabytes(data: Videos) -> float:
    return data[0]['inputs'].nbytes / 1e6


def _peak(path: Path, batch: int, setup: tuple) -> float:
    """Peak memory in MB above the loaded model; on a GPU, the GPU's."""
    model, steps = _setup(*setup)
    device = next(model.parameters()).device.type
    loader = DataLoader(
        Videos(path, steps, batch),
        batch_size=batch,
        num_workers=1,
        collate_fn=pseudo_collate,
    )
    if device == 'cuda':
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
    else:
        # Lets the kernel count the peak from here on.
        Path('/proc/self/clear_refs').write_text('5')
        before = status_of('VmRSS')
    with torch.no_grad():
        for data in loader:
            model.test_step(data)
    if device == 'cuda':
        return (torch.cuda.max_memory_allocated() - before) / 1e6
    return (status_of('VmHWM') - before) / 1e6
