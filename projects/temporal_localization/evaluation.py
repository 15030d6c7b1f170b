"""One network's timelines of joined clips, beside the truth."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from stnet_mm.apis import VideoClassifier
from stnet_mm.timeline import Timeline, find_segments, make_timeline
from stnet_mm.utils.progress import progress_bar

from .costs import count_costs
from .cutting import classify_windows
from .joining import Clip, Part, join_clips, order_clips
from .measures import frame_accuracy, mean_average_precision

IOUS = (0.3, 0.5)


@dataclass(frozen=True)
class Setting:
    """What timelines are made of.

    Attributes:
        window (float): Length of a window in seconds.
        stride (float): Seconds from a window to the next one.
        fps (int): Frames per second of the joined videos.
        clips_per_video (int): How many clips are joined.
        seed (int): Seed of their order. Defaults to 0.
        keep_times (bool): As of ``join_clips``. Defaults to True.
    """

    window: float
    stride: float
    fps: int
    clips_per_video: int
    seed: int = 0
    keep_times: bool = True


@dataclass
class Scored:
    """A way to classify windows, and what came of it.

    Attributes:
        timelines (dict[str, Timeline]): Of each video.
        seconds (float): Processor time that it took.
    """

    timelines: dict[str, Timeline]
    seconds: float = 0.0

    def figures(self, truth: dict[str, list[Part]], fps: int) -> dict:
        """How well it agrees with the truth, as plain data."""
        segments = {v: find_segments(t) for v, t in self.timelines.items()}
        counts = [
            frame_accuracy(timeline, truth[video], fps)
            for video, timeline in self.timelines.items()
        ]
        right, total = np.sum(counts, axis=0).tolist()
        return dict(
            mean_average_precision=mean_average_precision(
                segments, truth, IOUS
            ),
            frame_accuracy=right / total,
            processor_seconds=round(self.seconds, 2),
        )


def evaluate(
    classify: VideoClassifier,
    clips: Sequence[Clip],
    setting: Setting,
    folder: Path,
) -> dict:
    """Join clips, and let the network find them again.

    Args:
        classify (VideoClassifier): A StNet on the CPU that gives
            probabilities.
        clips (Sequence[Clip]): The clips; those that do not fill a video are
            left out.
        setting (Setting): How.
        folder (Path): Keeps the joined videos.

    Returns:
        dict: Plain data: the setting, the figures of the timeline and of
        windows by themselves, how much their scores differ at most, and the
        multiply-adds.
    """
    order = order_clips(clips, setting.seed)
    size = setting.clips_per_video
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    groups = [group for group in groups if len(group) == size] or [order]
    timing = (setting.window, setting.stride)
    shared, cut = Scored({}), Scored({})
    truth = {}
    difference = 0.0
    with progress_bar(len(groups), 'videos', True) as advance:
        for number, group in enumerate(groups):
            path = folder / f'joined_{number}.mp4'
            video = path.name
            truth[video] = join_clips(
                group, path, setting.fps, setting.keep_times
            )
            start = time.process_time()
            timeline = make_timeline(classify, path, *timing)
            shared.seconds += time.process_time() - start
            alone, seconds = classify_windows(
                classify, path, folder, timeline, *timing
            )
            cut.seconds += seconds
            shared.timelines[video], cut.timelines[video] = timeline, alone
            gap = np.abs(timeline.scores - alone.scores).max()
            difference = max(difference, float(gap))
            advance()
    costs = count_costs(classify, folder / 'joined_0.mp4', *timing)
    return dict(
        setting=asdict(setting),
        videos=len(groups),
        clips=sum(map(len, groups)),
        classes=len(classify.classes),
        windows=sum(len(t.starts) for t in shared.timelines.values()),
        seconds=round(sum(parts[-1].end for parts in truth.values()), 2),
        shared=shared.figures(truth, setting.fps),
        cut=cut.figures(truth, setting.fps),
        largest_difference=difference,
        macs_per_second=costs._asdict(),
    )
