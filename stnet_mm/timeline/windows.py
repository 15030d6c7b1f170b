"""Classifying a long video window by window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stnet_runtime.frame_stream import FrameStream

from ..apis import VideoClassifier
from ..datasets.checking.truncation import find_truncation
from ..errors import StNetInputError
from ..utils.progress import progress_bar
from .grid import WindowGrid, make_grid
from .window_classifier import WindowClassifier


@dataclass(frozen=True)
class Timeline:
    """What a recognizer says of a video over time.

    Attributes:
        video (str): The video.
        classes (tuple[str, ...]): Names of the classes.
        starts (np.ndarray): When each window begins in seconds, [W].
        ends (np.ndarray): When it ends, [W].
        scores (np.ndarray): Of the classes, [W, classes].
        unknown (np.ndarray): Whether a window is taken for one of no class,
            [W].
        fault (str, optional): What is wrong with the video, so that it could
            not be read to its end. Defaults to None, nothing.
        parts (int): In how many parts with frames of one size it is, each
            with windows of its own. Defaults to 1.
    """

    video: str
    classes: tuple[str, ...]
    starts: np.ndarray
    ends: np.ndarray
    scores: np.ndarray
    unknown: np.ndarray
    fault: str | None = None
    parts: int = 1


def make_timeline(
    classify: VideoClassifier,
    video: str | Path,
    window: float = 4.0,
    stride: float = 1.0,
    progress: bool = False,
) -> Timeline:
    """Classify every window of a video, which is decoded once.

    A window is seen as ``classify`` would see a video of these frames; its
    neighbors share what the network computes before its first temporal
    block. Where frames have another size than before, windows begin anew, as
    in ``StreamClassifier``. Of a video that is damaged or truncated later
    than its first window, the windows before are given, and its ``fault``.
    Memory does not grow with the video's length, but for the scores.

    Args:
        classify (VideoClassifier): A StNet.
        video (str | Path): A video file.
        window (float): Length of a window in seconds. Defaults to 4.
        stride (float): Seconds from a window to the next one; both are
            rounded to whole segments. Defaults to 1.
        progress (bool): Whether to show a progress bar. Defaults to False.

    Returns:
        Timeline: What it says.

    Raises:
        StNetInputError: If no window of the video can be read, or it is
            shorter than one, or the recognizer is no StNet.
    """
    windows = WindowClassifier(classify)
    contract = windows.contract
    starts: list[float] = []  # of segments
    spans, scores, unknown = [], [], []
    fault = None
    parts = 0  # with frames of one size
    with FrameStream(video, contract.short_side) as stream:
        grid = make_grid(contract, stream.fps, window, stride)
        windows.stride = grid.stride
        segments = int((stream.duration or 0) * stream.fps / grid.segment)
        with progress_bar(segments, str(video), progress) as advance:
            try:
                for begin, end, images, anew in _segments(stream, grid):
                    advance()
                    if anew:
                        windows.clear()
                        parts += 1
                    starts.append(begin)
                    found = windows.push(images)
                    if found is None:
                        continue
                    spans.append((starts[-grid.num_segments], end))
                    scores.append(found.scores.numpy())
                    unknown.append(found.unknown)
            except StNetInputError as error:
                if not scores:
                    raise
                # Hours may have been classified before the damage.
                fault = str(error)
    fault = fault or _cut_off(video)
    if not scores:
        what = 'each part with frames of one size' if parts > 1 else 'it'
        raise StNetInputError(
            f'{fault or video}: {what} is shorter than a window of '
            f'{window:g} s: choose a shorter one, or predict.py'
        )
    begins, ends = zip(*spans)
    return Timeline(
        str(video),
        tuple(classify.classes),
        np.array(begins),
        np.array(ends),
        np.stack(scores),
        np.array(unknown),
        fault,
        parts,
    )


def _cut_off(video: str | Path) -> str | None:
    """What a file lacks whose decoder takes what there is for all of it."""
    try:
        missing = find_truncation(video)
    except OSError:  # an address
        return None
    return f'{video}: it is truncated ({missing})' if missing else None


def _segments(
    stream: FrameStream, grid: WindowGrid
) -> Iterator[tuple[float, float, list[np.ndarray], bool]]:
    """Whole segments of frames of one size.

    Yields:
        tuple[float, float, list[np.ndarray], bool]: When each begins and
        ends, its N frames, and whether it is the first of their size.
    """
    images: list[np.ndarray] = []
    left = number = 0
    begin = 0.0
    span: tuple[float, float] | None = None
    size: tuple[int, int] | None = None
    anew = False
    for time, frame in stream:
        if size != (frame.width, frame.height):
            if span is not None:
                yield (*span, images + [images[-1]] * left, anew)
            size, anew = (frame.width, frame.height), True
            left, number, span = 0, 0, None
        place = number % grid.segment
        number += 1
        if place == 0:
            begin = time
        if place == grid.inside:
            images, left = [], grid.num_frames
        if left:
            images.append(stream.to_rgb(frame))
            left -= 1
        if place == grid.segment - 1:
            span = begin, time + 1 / stream.fps
        # The last frames may be of the next segment.
        if span is not None and not left:
            yield (*span, images, anew)
            span, anew = None, False
    if span is not None:
        # The video ends with the segment.
        yield (*span, images + [images[-1]] * left, anew)
