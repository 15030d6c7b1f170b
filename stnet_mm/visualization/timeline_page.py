"""The page of a long video: when it shows which class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stnet_runtime.frame_stream import FrameStream

from ..timeline import Segment, Timeline
from .page_video import place_video
from .rendering import write_page

# Of each window.
BEST_CLASSES = 5
DIGITS = 3
# How many marks of time are below the timeline, at most, and the seconds
# from one to the next.
MARKS = 6
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)


class Found(NamedTuple):
    """A class that is somewhere in a video.

    Attributes:
        name (str): Its name.
        segments (int): How many show it.
        seconds (float): How long they are together.
    """

    name: str
    segments: int
    seconds: float


def write_timeline_page(
    path: str | Path,
    timeline: Timeline,
    segments: Sequence[Segment],
    probable: bool = True,
    progress: bool = False,
) -> None:
    """Write a page with a video, its segments, and the scores of windows.

    The video is inside or linked as ``place_video`` says. Of each window
    there are the best 5 classes, in 3 digits, so that the page of some hours
    stays small.

    Args:
        path (str | Path): The HTML file.
        timeline (Timeline): Scores of windows.
        segments (Sequence[Segment]): The segments.
        probable (bool): Whether scores are probabilities; else they are
            logits. Defaults to True.
        progress (bool): Whether to show a progress bar if the video has to
            be encoded. Defaults to False.

    Raises:
        StNetInputError: If the video cannot be decoded; names it.
        OSError: If it cannot be read, or the page cannot be written.
    """
    address, inside = place_video(path, timeline.video, progress)
    found = find_classes(segments)
    length = _length(timeline)
    colors = {each.name: number for number, each in enumerate(found)}
    write_page(
        path,
        'timeline',
        name=Path(timeline.video).name,
        address=address,
        inside=inside,
        length=length,
        segments=segments,
        lanes=lay_in_lanes(segments),
        found=found,
        colors=colors,
        probable=probable,
        marks=time_marks(length),
        clock=clock,
        data=dict(
            length=length,
            probable=probable,
            stride=_stride(timeline),
            classes=timeline.classes,
            segments=[segment._asdict() for segment in segments],
            windows=_windows(timeline),
        ),
    )


def find_classes(segments: Sequence[Segment]) -> list[Found]:
    """The classes of segments.

    Args:
        segments (Sequence[Segment]): The segments.

    Returns:
        list[Found]: Them, by their first segment.
    """
    found: dict[str, Found] = {}
    for start, end, label, _ in segments:
        _, count, seconds = found.get(label, Found(label, 0, 0.0))
        found[label] = Found(label, count + 1, seconds + end - start)
    return [*found.values()]


def lay_in_lanes(segments: Sequence[Segment]) -> list[int]:
    """Choose lanes in which segments do not cover each other.

    Args:
        segments (Sequence[Segment]): The segments, by their start.

    Returns:
        list[int]: The lane of each, from 0 on; as few lanes as can be.
    """
    ends: list[float] = []
    lanes = []
    for start, end, *_ in segments:
        free = (lane for lane, last in enumerate(ends) if last <= start)
        lane = next(free, len(ends))
        ends[lane : lane + 1] = [end]
        lanes.append(lane)
    return lanes


def time_marks(length: float) -> list[float]:
    """Round times that divide a video.

    Args:
        length (float): Its length in seconds.

    Returns:
        list[float]: Some of them in seconds, 0 first, none so late that its
        text would stick out.
    """
    hours = 3600 * np.arange(1, 1 + length // 3600)
    step = next(s for s in (*STEPS, *hours) if MARKS * s >= length)
    return [float(t) for t in np.arange(0, 0.9 * length, step)]


def clock(seconds: float, digits: int = 1) -> str:
    """A time as text.

    Args:
        seconds (float): The time.
        digits (int): Digits of a second. Defaults to 1.

    Returns:
        str: Hours, if there are any, minutes and seconds.
    """
    rounded = round(seconds, digits)
    minutes, rest = divmod(rounded, 60)
    hours, minutes = divmod(int(minutes), 60)
    width = digits + 3 if digits else 2
    text = f'{minutes:02}' if hours else f'{minutes}'
    text += f':{rest:0{width}.{digits}f}'
    return f'{hours}:{text}' if hours else text


def _length(timeline: Timeline) -> float:
    """Seconds of the video, which may go on after the last window."""
    with FrameStream(timeline.video) as stream:
        return max(stream.duration or 0.0, float(timeline.ends[-1]))


def _stride(timeline: Timeline) -> float:
    """Seconds from a window to the next one; its length if it is alone."""
    if len(timeline.starts) == 1:
        return float(timeline.ends[0] - timeline.starts[0])
    return float(np.median(np.diff(timeline.starts)))


def _windows(timeline: Timeline) -> dict:
    """What the page's script needs of the windows."""
    # [W, 5]
    best = np.argsort(-timeline.scores, axis=1, kind='stable')
    best = best[:, :BEST_CLASSES]
    scores = np.take_along_axis(timeline.scores, best, axis=1)
    return dict(
        starts=[round(float(t), DIGITS) for t in timeline.starts],
        ends=[round(float(t), DIGITS) for t in timeline.ends],
        unknown=np.flatnonzero(timeline.unknown).tolist(),
        labels=best.tolist(),
        scores=[[round(float(s), DIGITS) for s in row] for row in scores],
    )
