"""Small real videos for tests."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np


def write_video(
    path: Path,
    frames: int = 24,
    size: int | tuple[int, int] = 64,
    codec: str = 'libx264',
) -> None:
    """Write a video; frame i has brightness about 5 * i."""
    width, height = (size, size) if isinstance(size, int) else size
    images = (
        np.full((height, width, 3), 5 * i % 250, np.uint8)
        for i in range(frames)
    )
    write_images(path, images, codec, {'crf': '10'})


def write_images(
    path: Path,
    images: Iterable[np.ndarray],
    codec: str = 'libx264',
    options: dict | None = None,
    pix_fmt: str = 'yuv420p',
    times: Iterable[int] | None = None,
    pixel_aspect: Fraction | None = None,
) -> None:
    """Encode images, at 12 a second or at ``times`` in milliseconds."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(codec, rate=12)
        stream.pix_fmt = pix_fmt
        stream.options = options or {}
        # Some encoders choose other key frames on other numbers of cores.
        stream.codec_context.thread_count = 1
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if times is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
            times = iter(times)
        for image in images:
            if not stream.codec_context.is_open:
                stream.height, stream.width = image.shape[:2]
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            if times is not None:
                frame.pts, frame.time_base = next(times), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    if codec == 'libsvtav1' and hasattr(os, 'sched_setscheduler'):
        # Of root, SVT-AV1 makes a real-time process, before all others.
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def write_sound(path: Path) -> None:
    """Write a file with an audio stream only."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('aac', rate=44100)
        silence = np.zeros((1, 4096), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, 'fltp', 'mono')
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_folder(path: Path, frames: int = 24) -> None:
    """Write a folder of images; frame i has brightness 5 * i."""
    path.mkdir()
    for i in range(frames):
        image = np.full((48, 64, 3), 5 * i, np.uint8)
        cv2.imwrite(str(path / f'img_{i:05d}.png'), image)


def write_dataset(root: Path, classes: int = 3, videos: int = 4) -> None:
    """Write a data set: train.txt, val.txt, classes.txt and its videos."""
    names = [f'kind{c}' for c in range(classes)]
    (root / 'videos').mkdir(parents=True)
    (root / 'classes.txt').write_text('\n'.join(names) + '\n')
    for split, count in (('train', videos), ('val', 2)):
        lines = []
        for label in range(classes):
            for i in range(count):
                name = f'videos/{split}_{label}_{i}.mp4'
                write_video(root / name, frames=18 + label)
                lines.append(f'{name} {label}\n')
        (root / f'{split}.txt').write_text(''.join(lines))
