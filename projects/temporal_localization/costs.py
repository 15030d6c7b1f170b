"""Multiply-adds of a timeline, and what it would take without sharing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from stnet_mm.apis import VideoClassifier
from stnet_mm.timeline import make_timeline
from stnet_mm.timeline.grid import make_grid
from stnet_mm.timeline.window_classifier import WindowClassifier
from stnet_runtime.video_reader import VideoReader


class Costs(NamedTuple):
    """Multiply-adds for a second of video.

    Attributes:
        trunk (float): Of what comes before the first temporal block, as the
            timeline computes it.
        single_pass (float): Of that for each super-image of the video, once.
        whole (float): Of the whole network, as the timeline computes it.
        cut (float): Of the whole network for each window by itself.
    """

    trunk: float
    single_pass: float
    whole: float
    cut: float


def count_costs(
    classify: VideoClassifier, video: Path, window: float, stride: float
) -> Costs:
    """Count what a timeline computes.

    Args:
        classify (VideoClassifier): A StNet on the CPU.
        video (Path): The video.
        window (float): As of ``make_timeline``.
        stride (float): As there.

    Returns:
        Costs: The counts.
    """
    model = classify.model
    plain = model.segment_features
    trunk = 0
    shape = torch.Size()

    def watched(images: Tensor) -> Tensor:
        nonlocal trunk, shape
        before = counter.get_total_flops()
        features = plain(images)
        trunk += counter.get_total_flops() - before
        shape = images.shape
        return features

    model.segment_features = watched
    try:
        with FlopCounterMode(display=False) as counter:
            timeline = make_timeline(classify, video, window, stride)
    finally:
        del model.segment_features
    with VideoReader(str(video)) as reader:
        contract = WindowClassifier(classify).contract
        grid = make_grid(contract, reader.fps, window, stride)
        super_images = len(reader) // grid.segment
        seconds = len(reader) / reader.fps
    segments = grid.num_segments
    with torch.no_grad(), FlopCounterMode(display=False) as one:
        features = plain(torch.zeros(shape))
    # [V, C, h, w] -> [V*T, C, h, w]
    features = features.repeat_interleave(segments, dim=0)
    with torch.no_grad(), FlopCounterMode(display=False) as rest:
        model.logits_of_segments(features, segments)
    single = one.get_total_flops()
    view = segments * single + rest.get_total_flops()
    # The counter counts a multiply-add as two operations.
    return Costs(
        *(
            operations / 2 / seconds
            for operations in (
                trunk,
                super_images * single,
                counter.get_total_flops(),
                len(timeline.starts) * view,
            )
        )
    )
