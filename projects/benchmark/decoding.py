"""The input path: from a file to the frames that the network takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope

from stnet_mm.utils.torchcodec_fault import find_torchcodec_fault
from stnet_runtime.video_reader import VideoReader

from .clips import CLIPS, write_clip
from .report import Case, Report

# MMAction2's decoders: name in tables, and transforms.
STOCK_DECODERS = {
    'decord': ('MMAction2: decord', 'DecordInit', 'DecordDecode'),
    'pyav': ('MMAction2: PyAV', 'PyAVInit', 'PyAVDecode'),
    'opencv': ('MMAction2: OpenCV', 'OpenCVInit', 'OpenCVDecode'),
}
RESIZE = [dict(type='Resize', scale=(-1, 256))]
CROP = [dict(type='CenterCrop', crop_size=224)]
PACK = [dict(type='FormatShape', input_format='NCHW')]


def stock(decoder: str, sample: dict, crop: Sequence[dict] = CROP) -> Compose:
    """A pipeline of MMAction2 up to the tensor of frames.

    Args:
        decoder (str): One of ``STOCK_DECODERS``.
        sample (dict): The transform that samples frames.
        crop (Sequence[dict]): Those that crop.

    Returns:
        Compose: Takes ``dict(filename=...)`` and gives ``imgs``.
    """
    init_default_scope('mmaction')
    init, decode = (dict(type=kind) for kind in STOCK_DECODERS[decoder][1:])
    return Compose([init, sample, decode, *RESIZE, *crop, *PACK])


def ours(
    sample: dict,
    crop: Sequence[dict] = CROP,
    decoder: str = 'pyav',
    scale: bool = True,
) -> Compose:
    """Our pipeline.

    Args:
        sample (dict): The transform that samples frames.
        crop (Sequence[dict]): Those that crop.
        decoder (str): The decoder. Defaults to ``'pyav'``.
        scale (bool): Whether to scale while decoding, as our configs do, or
            with MMAction2's ``Resize``. Defaults to True.

    Returns:
        Compose: Takes ``dict(filename=...)`` and gives ``imgs``.
    """
    init_default_scope('mmaction')
    steps = [
        dict(type='StNetVideoInit', decoder=decoder),
        sample,
        dict(type='StNetVideoDecode', short_side=256 if scale else None),
        *([] if scale else RESIZE),
    ]
    return Compose([*steps, *crop, *PACK])


def sampling(segments: int, training: bool = False) -> dict:
    """The transform that samples T segments of five frames."""
    return dict(
        type='StNetSampleFrames',
        clip_len=5,
        num_clips=segments,
        test_mode=not training,
    )


def compare_input(report: Report, videos: list[str]) -> None:
    """Compare pipelines by the processor time that they take for a video.

    Args:
        report (Report): Takes the results.
        videos (list[str]): Videos to take instead of made ones, if any.
    """
    fault = find_torchcodec_fault()
    if fault:
        report.facts('torchcodec is not measured', [dict(cause=fault)])
    with tempfile.TemporaryDirectory() as folder:
        paths = {Path(video).name: Path(video) for video in videos}
        if not videos:
            for i, (name, kind) in enumerate(CLIPS.items()):
                paths[name] = Path(folder, f'{i}.mp4')
                write_clip(paths[name], *kind)
        for name, path in paths.items():
            for segments, training in ((7, True), (25, False)):
                _compare(report, name, path, segments, training)


def _compare(
    report: Report, name: str, path: Path, segments: int, training: bool
) -> None:
    sample = sampling(segments, training)
    pipelines = {
        label: stock(decoder, sample)
        for decoder, (label, *_) in STOCK_DECODERS.items()
    }
    pipelines['ours'] = ours(sample)
    pipelines['ours, Resize afterwards'] = ours(sample, scale=False)
    pipelines['ours with decord'] = ours(sample, decoder='decord')
    if find_torchcodec_fault() is None:
        pipelines['ours with torchcodec'] = ours(sample, decoder='torchcodec')
    with VideoReader(str(path)) as reader:
        indices = _indices(sample, len(reader))
    cases = [
        *(Case(n, _runner(p, path)) for n, p in pipelines.items()),
        Case('limit: our frames, not converted', lambda: _only(path, indices)),
        Case('every frame, not converted', lambda: _every(path)),
    ]
    mode = 'training' if training else 'testing'
    report.compare(
        f'{name}: {mode}, {segments}x5 frames, processor time',
        cases,
        clock=time.process_time,
    )
    report.facts(
        f'{name}: {mode}, pixels beside decord',
        _differences(path, pipelines),
    )


def _runner(steps: Compose, path: Path) -> Callable[[], object]:
    seeds = iter(range(10**6))

    def run() -> object:
        # All cases get the same frames in the same round.
        np.random.seed(next(seeds))
        return steps(_video(path))

    return run


def _video(path: Path) -> dict:
    return dict(filename=str(path), start_index=0, modality='RGB')


def _indices(sample: dict, total: int) -> list[int]:
    """The frames that are sampled first."""
    np.random.seed(0)
    video = dict(total_frames=total, start_index=0)
    return Compose([sample])(video)['frame_inds'].tolist()


def _only(path: Path, indices: list[int]) -> int:
    with VideoReader(str(path)) as reader:
        return sum(1 for _ in reader.decode(indices))


def _every(path: Path) -> int:
    with av.open(str(path)) as container:
        stream = container.streams.best('video')
        stream.codec_context.thread_count = 1
        return sum(1 for _ in container.decode(stream))


def _differences(path: Path, pipelines: dict[str, Compose]) -> list[dict]:
    """Pixels of a sample beside those of MMAction2 with decord."""
    images = {
        name: _runner(steps, path)()['imgs'].astype(int)
        for name, steps in pipelines.items()
    }
    expected = images[STOCK_DECODERS['decord'][0]]
    return [
        {
            'pipeline': name,
            'identical': bool(np.array_equal(image, expected)),
            'mean difference': float(np.abs(image - expected).mean()),
        }
        for name, image in images.items()
    ]
