"""Long videos whose truth is known: clips joined end to end."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_runtime.video_reader import VideoReader


class Clip(NamedTuple):
    """A clip of an action.

    Attributes:
        path (str): The file.
        label (str): Name of its class.
    """

    path: str
    label: str


class Part(NamedTuple):
    """A part of a joined video that shows a class.

    Attributes:
        start (float): When it begins in seconds.
        end (float): When it ends.
        label (str): Name of the class.
    """

    start: float
    end: float
    label: str


def order_clips(clips: Sequence[Clip], seed: int) -> list[Clip]:
    """Shuffle clips so that neighbors differ, as far as that is possible.

    Between two clips of a class there would be no boundary to find.

    Args:
        clips (Sequence[Clip]): The clips.
        seed (int): Seed of the order.

    Returns:
        list[Clip]: The same clips.
    """
    generator = random.Random(seed)
    by_label = defaultdict(list)
    for clip in clips:
        by_label[clip.label].append(clip)
    for some in by_label.values():
        generator.shuffle(some)
    found: list[Clip] = []
    while any(by_label.values()):
        last = found[-1].label if found else None
        left = [label for label in sorted(by_label) if by_label[label]]
        # What is left of most must not stay alone at the end.
        most = max(len(by_label[label]) for label in left)
        others = [label for label in left if label != last] or left
        full = [label for label in others if len(by_label[label]) == most]
        found.append(by_label[generator.choice(full or others)].pop())
    return found


def join_clips(
    clips: Sequence[Clip], path: Path, fps: int, keep_times: bool = True
) -> list[Part]:
    """Join clips to one video, scaled to the size of the first.

    Args:
        clips (Sequence[Clip]): The clips, in their order.
        path (Path): The mp4 file to write.
        fps (int): Frames per second of it.
        keep_times (bool): Whether each clip lasts as long as before, by
            repeating frames or leaving some out where its rate is another
            one. Otherwise, for clips whose times are wrong, it has as many
            frames as before. Defaults to True.

    Returns:
        list[Part]: Where each clip is.
    """
    parts = []
    number = 0
    with open(path, 'wb') as file, MP4Writer(file, fps) as writer:
        for clip in clips:
            start = number
            with VideoReader(clip.path) as reader:
                times = reader.frame_times
                # The last frame lasts as long as one does on average.
                last = times[-1] + 1 / (reader.fps or fps)
                ends = [*times[1:], last]
                if not keep_times:
                    ends = [(i + 1) / fps for i in range(len(reader))]
                for end, (_, picture) in zip(ends, reader.play()):
                    while (number - start) / fps < end - 1e-6:
                        writer.write(number / fps, picture)
                        number += 1
            parts.append(Part(start / fps, number / fps, clip.label))
    return parts
