"""Whether a video's frames can be had in any order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest

from stnet_mm.utils.torchcodec_fault import find_torchcodec_fault
from stnet_runtime.video_reader import VideoReader

needs_torchcodec = pytest.mark.skipif(
    find_torchcodec_fault() is not None, reason=str(find_torchcodec_fault())
)


def decode_all(path: Path) -> list[np.ndarray]:
    """Every frame, in the order in which the decoder puts them out."""
    images = []
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.best('video')):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                assert not images, 'only what comes before may be damaged'
                continue
            images += [frame.to_ndarray(format='rgb24') for frame in frames]
    return images


def check_any_frames(path: Path, expected: Sequence[np.ndarray]) -> None:
    """Read all frames, and subsets of them."""
    rng = np.random.default_rng(0)
    with VideoReader(str(path)) as reader:
        assert len(reader) == len(expected)
        last = len(expected) - 1
        subsets = [[last], [0], range(len(expected)), [last, 0, last]]
        subsets += [rng.integers(0, last + 1, n) for n in (2, 5, 9, 9, 9, 9)]
        for indices in subsets:
            images = reader.get_frames(indices)
            for i, image in zip(indices, images):
                assert np.array_equal(image, expected[i]), (i, indices)
