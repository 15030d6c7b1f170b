"""Videos to decode, made here because none are shipped, and a data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmengine.dataset import Compose
from torch.utils.data import Dataset

# Name: frames between key frames, width, height.
CLIPS = {
    'key frames 250 apart': (250, 340, 256),
    'key frames 30 apart': (30, 340, 256),
    'key frames 12 apart': (12, 340, 256),
    '1280x720': (250, 1280, 720),
}


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


def write_clip(path: Path, interval: int, width: int, height: int) -> None:
    """Write ten seconds of H.264, as x264 codes by default.

    Args:
        path (Path): The file.
        interval (int): Frames between key frames.
        width (int): Width in pixels.
        height (int): Height in pixels.
    """
    with av.open(str(path), 'w') as container:
        stream = container.add_stream('libx264', rate=30)
        stream.width, stream.height = width, height
        stream.pix_fmt = 'yuv420p'
        stream.options = {
            'x264-params': f'keyint={interval}:scenecut=0',
            'crf': '23',
        }
        for image in _scene(300, width, height):
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _scene(frames: int, width: int, height: int) -> Iterator[np.ndarray]:
    """A camera that moves over a noisy picture, and moving objects in it."""
    rng = np.random.default_rng(0)
    size = (2 * height, 2 * width, 3)
    coarse = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    picture = cv2.resize(coarse, size[1::-1], interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 3, size)
    picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    objects = rng.uniform(0, 1, (12, 6))
    for i in range(frames):
        phase = 2 * np.pi * i / frames
        left = int(width * (0.5 + 0.45 * np.sin(phase)))
        top = int(height * (0.5 + 0.45 * np.cos(2 * phase)))
        image = picture[top : top + height, left : left + width].copy()
        for x, y, dx, dy, radius, gray in objects:
            center = (
                int(width * ((x + dx * i / 60) % 1)),
                int(height * ((y + dy * i / 60) % 1)),
            )
            color = (int(255 * gray), int(255 * (1 - gray)), int(200 * x))
            size = int(height * (0.03 + 0.07 * radius))
            cv2.circle(image, center, size, color, -1)
        yield image
