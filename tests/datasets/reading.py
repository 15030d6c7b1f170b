"""Whether a video's frames can be had in any order."""

from __future__ import annotations

import gc
import os
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


def check_nothing_is_left(open_reader, files, times: int) -> None:
    """Read files again and again: memory and open files stay as they were."""
    statm = Path('/proc/self/statm')
    if not statm.exists():
        pytest.skip('no /proc here')
    open_before = len(os.listdir('/proc/self/fd'))
    gc.disable()  # reference cycles would be garbage of a loader's worker
    try:
        sizes = []
        for _ in range(3):
            for _ in range(times):
                for file in files:
                    with open_reader(file) as reader:
                        reader.get_frames([0, 20])
            sizes.append(int(statm.read_text().split()[1]))
    finally:
        gc.enable()
    growth = (sizes[-1] - sizes[0]) * os.sysconf('SC_PAGE_SIZE')
    assert growth < 400 * 1000, 'a kilobyte per file or more'
    assert len(os.listdir('/proc/self/fd')) < open_before + 10
