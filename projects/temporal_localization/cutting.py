"""The baseline: every window is a video of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stnet_mm.apis import VideoClassifier
from stnet_mm.timeline import Timeline
from stnet_mm.timeline.grid import make_grid
from stnet_mm.timeline.window_classifier import WindowClassifier
from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_runtime.video_reader import VideoReader

# Every pixel as it is.
LOSSLESS = dict(qp='0', preset='ultrafast')


def cut_windows(
    classify: VideoClassifier,
    video: Path,
    folder: Path,
    window: float,
    stride: float,
) -> Iterator[Path]:
    """Write the windows of a timeline as videos, one at a time.

    Args:
        classify (VideoClassifier): A StNet.
        video (Path): The video.
        folder (Path): Where to write.
        window (float): As of ``make_timeline``.
        stride (float): As there.

    Yields:
        Path: The file of a window, which the next one replaces.
    """
    path = folder / 'window.mp4'
    with VideoReader(str(video)) as reader:
        contract = WindowClassifier(classify).contract
        grid = make_grid(contract, reader.fps, window, stride)
        step = grid.segment * grid.stride
        for first in range(0, len(reader) - grid.window + 1, step):
            numbers = range(first, first + grid.window)
            with open(path, 'wb') as file, MP4Writer(
                file, reader.fps, LOSSLESS
            ) as writer:
                for number, frame in reader.decode(numbers):
                    writer.write_frame((number - first) / reader.fps, frame)
            yield path


def classify_windows(
    classify: VideoClassifier,
    video: Path,
    folder: Path,
    shared: Timeline,
    window: float,
    stride: float,
) -> tuple[Timeline, float]:
    """Classify every window as ``predict.py`` does with a file of it.

    Args:
        classify (VideoClassifier): A StNet.
        video (Path): The video.
        folder (Path): For temporary files.
        shared (Timeline): The timeline, for the windows' times.
        window (float): As of ``make_timeline``.
        stride (float): As there.

    Returns:
        tuple[Timeline, float]: What it says, and the processor time that
        reading and classifying took, in seconds; cutting is not in it.
    """
    scores, unknown, seconds = [], [], 0.0
    for path in cut_windows(classify, video, folder, window, stride):
        start = time.process_time()
        said = classify.predict(str(path))
        seconds += time.process_time() - start
        scores.append(said.scores.numpy())
        unknown.append(said.unknown)
    if len(scores) != len(shared.starts):
        raise RuntimeError(
            f'{len(scores)} windows are cut of {len(shared.starts)}'
        )
    timeline = Timeline(
        *(shared.video, shared.classes, shared.starts, shared.ends),
        *(np.stack(scores), np.array(unknown)),
    )
    return timeline, seconds
