"""Ten-crop testing as a whole: worker, transfer, main process, network."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import torch
from mmaction.structures import ActionDataSample
from mmengine.dataset import Compose, pseudo_collate
from torch import nn
from torch.utils.data import DataLoader, Dataset

from stnet_mm.engine import choose_precision, speed_up

from .clips import CLIPS, write_clip
from .decoding import ours, sampling, stock
from .networks import at_once, stnet
from .report import Contender, Report

STOCK = 'MMAction2: TenCrop'


class Videos(Dataset):
    """One video again and again, as a loader's worker gives it."""

    def __init__(self, path: Path, steps: Compose, count: int) -> None:
        self.path, self.steps, self.count = path, steps, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict:
        video = dict(filename=str(self.path), start_index=0, modality='RGB')
        frames = self.steps(video)['imgs']
        return dict(
            inputs=torch.from_numpy(frames), data_samples=ActionDataSample()
        )


def _setup(
    name: str, size: int, segments: int, device: str
) -> tuple[nn.Module, Compose]:
    """Model and pipeline of a contender."""
    if name == STOCK:
        # MMAction2's preprocessor, and every view in one pass.
        crop = [dict(type='TenCrop', crop_size=size)]
        model = stnet(
            device=device,
            test_cfg=dict(num_segments=segments, views_per_chunk=250),
            data_preprocessor=dict(
                type='ActionDataPreprocessor', mean=[124.0] * 3, std=[58.0] * 3
            ),
        )
        steps = stock('MMAction2: decord', sampling(segments), crop=crop)
        model = at_once(model)
    else:
        test_cfg = dict(crops='ten', crop_size=size)
        model = stnet(device=device, test_cfg=test_cfg)
        steps = ours(sampling(segments), crop=())
    # No average: logits are compared.
    model.cls_head.average_clips = None
    if 'fast' in name:
        speed_up(model, 'fp32' if 'fp32' in name else 'auto')
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
    names = [STOCK, 'ours', 'ours --fast, fp32']
    if choose_precision(device) != torch.float32:
        names.append('ours --fast, 16 bits')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(videos[0] if videos else Path(folder, 'clip.mp4'))
        if not videos:
            write_clip(path, *CLIPS['key frames 250 apart'])
        for size in sizes:
            _compare(report, names, path, size, segments, batches, device)


def _compare(
    report: Report,
    names: list[str],
    path: Path,
    size: int,
    segments: int,
    batches: Sequence[int],
    device: str,
) -> None:
    title = f'ten crops of {size}, {segments}x5 frames'
    setups = {n: _setup(n, size, segments, device) for n in names}
    data = {
        name: Videos(path, steps, 1) for name, (_, steps) in setups.items()
    }
    report.compare(
        f'{title}: processor time of the worker for a video',
        [Contender(n, lambda d=data[n]: d[0]) for n in (STOCK, 'ours')],
        clock=time.process_time,
    )
    report.compare(
        f'{title}: whole video',
        [
            Contender(name, _whole_video(model, data[name]), 1)
            for name, (model, _) in setups.items()
        ],
        'video',
    )
    expected = _logits(setups[STOCK][0], data[STOCK])
    rows = []
    for name, (model, _) in setups.items():
        logits = _logits(model, data[name])
        row = {
            'contender': name,
            'MB to the main process': _megabytes(data[name]),
        }
        row['difference of the logits'] = float(
            (logits - expected).norm() / expected.norm()
        )
        rows.append(row)
    del setups, model
    for row in rows:
        for batch in batches:
            # The stock path of four videos takes 20 GB.
            stock_of_four = row['contender'] == STOCK and batch == 4
            row[f'peak MB, batch {batch}'] = (
                'not run'
                if stock_of_four
                else _in_new_process(
                    _peak,
                    path,
                    batch,
                    (row['contender'], size, segments, device),
                )
            )
    report.facts(f'{title}: memory and logits', rows)


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


def _in_new_process(work: Callable, *args: object) -> float:
    """Run something in a process of its own, whose memory is untouched."""
    spawn = multiprocessing.get_context('spawn')
    # Not a Pool, whose processes may not start a loader's workers.
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *args).result()


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
        before = _status('VmRSS')
    with torch.no_grad():
        for data in loader:
            model.test_step(data)
    if device == 'cuda':
        return (torch.cuda.max_memory_allocated() - before) / 1e6
    return (_status('VmHWM') - before) / 1e6


def _status(key: str) -> float:
    """A figure of this process in bytes, as Linux tells it."""
    for line in Path('/proc/self/status').read_text().splitlines():
        if line.startswith(f'{key}:'):
            return float(line.split()[1]) * 1024
    raise KeyError(key)
