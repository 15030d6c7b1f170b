"""Feeding a GPU: ways to decode and load clips, beside what it can take."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import torch
from mmengine.dataset import Compose, pseudo_collate
from mmengine.registry import init_default_scope
from torch.utils.data import DataLoader

import stnet_mm  # noqa: F401  registers the transforms

from .clips import CLIPS, Videos, write_clip
from .decoding import CROP, PACK, ours, sampling
from .report import Case, Report

BATCH = 16
# Threads that wait for the GPU's decoder, which has several engines.
THREADS = 8


def compare_feeding(
    report: Report,
    device: str,
    clips: Sequence[str] = ('key frames 30 apart', '1280x720'),
    batches: int = 16,
) -> None:
    """Compare ways to bring training clips to a device.

    Args:
        report (Report): Takes the results.
        device (str): ``'cpu'`` or ``'cuda'``.
        clips (Sequence[str]): Some of ``CLIPS``. Defaults to a small one and
            a large one.
        batches (int): Batches of 16 clips to load. Defaults to 16.
    """
    cores = os.cpu_count() or 1
    workers = sorted({max(1, cores // 4), max(1, cores // 2), cores})
    count = BATCH * batches
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(clips):
            path = Path(folder, f'{number}.mp4')
            write_clip(path, *CLIPS[name])
            steps = ours(sampling(7, training=True))
            cached = _cached(Path(folder, f'frames{number}'))
            ways = [(n, False) for n in workers]
            ways += [(workers[-1], True)] if device == 'cuda' else []
            cases = [
                Case(
                    f'ours, {n} workers{", pinned" if pin else ""}',
                    _loading(path, steps, n, count, device, pin),
                    count,
                )
                for n, pin in ways
            ]
            n = workers[-1]
            run = _loading(path, cached, n, count, device, device == 'cuda')
            cases.append(Case(f'frame cache, {n} workers', run, count))
            with _torchcodec(path, sampling(7, training=True), count) as more:
                cases += more
                title = f'feeding: {name}, {count} clips of 7x5 frames'
                report.compare(title, cases, 'clip')


def _cached(cache: Path) -> Compose:
    init_default_scope('mmaction')
    return Compose(
        [
            dict(
                type='StNetCachedVideoInit', cache=str(cache), short_side=256
            ),
            sampling(7, training=True),
            dict(type='StNetCachedVideoDecode'),
            *CROP,
            *PACK,
        ]
    )


def _loading(
    path: Path,
    steps: Compose,
    workers: int,
    count: int,
    device: str,
    pin: bool,
) -> Callable[[], None]:
    """What loads clips in processes and copies them to the device."""
    loader = DataLoader(
        Videos(path, steps, count),
        batch_size=BATCH,
        num_workers=workers,
        collate_fn=pseudo_collate,
        pin_memory=pin,
        persistent_workers=True,
    )

    def run() -> None:
        for data in loader:
            for clip in data['inputs']:
                clip.to(device, non_blocking=pin)

    return run


@contextmanager
def _torchcodec(path: Path, sample: dict, count: int) -> Iterator[list[Case]]:
    """Cases of torchcodec on processor and GPU, if it can be imported."""
    try:
        from torchcodec.decoders import VideoDecoder
    except (ImportError, RuntimeError):
        yield []
        return
    sampler = Compose([sample])
    cuda = torch.cuda.is_available()

    def clip(device: str) -> torch.Tensor:
        decoder = VideoDecoder(str(path), device=device)
        total = decoder.metadata.num_frames
        video = sampler(dict(total_frames=total, start_index=0))
        return decoder.get_frames_at(video['frame_inds'].tolist()).data

    many, few = map(ThreadPoolExecutor, (os.cpu_count(), THREADS))
    with many, few:
        yield [
            Case(
                f'torchcodec on {device}, uncropped',
                lambda p=pool, d=device: [*p.map(clip, [d] * count)],
                count,
            )
            for device, pool in (('cpu', many), ('cuda', few))
            if cuda or device == 'cpu'
        ]
