"""The page of one video, explained for one or several recognizers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..explain import ClassExplanation, Panel
from ..utils.mp4_writer import MP4Writer, playback_options
from ..utils.progress import track
from .drawing import UNCOVERED, UNSEEN, color_map
from .rendering import data_uri, picture_uri, write_page
from .source_video import SourceVideo

VIDEO_SIDE = 640
MAP_SIDE = 96
QUALITY = 26


def write_cam_page(
    path: str | Path,
    source: SourceVideo,
    panels: Sequence[Panel],
    truth: str | None = None,
    progress: bool = False,
) -> None:
    """Write a page with a video, maps over it, contributions and scores.

    The video is inside, as H.264 of at most 640 pixels; maps are pictures
    that the browser lays over it.

    Args:
        path (str | Path): The HTML file.
        source (SourceVideo): The video.
        panels (Sequence[Panel]): One or several recognizers.
        truth (str, optional): The true class. Defaults to None, unknown.
        progress (bool): Whether to show a progress bar. Defaults to False.

    Raises:
        StNetInputError: If the video cannot be decoded; names it.
        OSError: If the page cannot be written; nothing is left behind.
    """
    video, times = _encode(source, progress)
    data = dict(
        times=[round(t, 4) for t in times],
        unseen=UNSEEN,
        panels=[_panel_data(panel, times) for panel in panels],
    )
    write_page(
        path,
        'cam',
        name=source.path.name,
        panels=panels,
        truth=truth,
        video=data_uri(video, 'video/mp4'),
        data=data,
    )


def _encode(source: SourceVideo, progress: bool) -> tuple[bytes, list[float]]:
    """The video for the page, and the times of its frames."""
    buffer, times = io.BytesIO(), []
    frames = track(source, 'encoding frames', progress)
    options = playback_options(source.fps, QUALITY)
    with MP4Writer(buffer, source.fps, options, VIDEO_SIDE) as writer:
        for time, picture in frames:
            writer.write(time, picture)
            times.append(time)
    return buffer.getvalue(), times


def _panel_data(panel: Panel, times: Sequence[float]) -> dict:
    """What the page's script needs of a recognizer."""
    explanation = panel.explanation
    # When a frame ends is when the next begins. A single one may take long,
    # but not no time, in which it would never be shown.
    length = (times[-1] - times[0]) / len(times) or 1.0
    ends = [*times[1:], times[-1] + length]
    cover = None
    if not explanation.covered.all():
        shade = np.where(explanation.covered, 0, 255 * (1 - UNCOVERED))
        black = np.zeros((*shade.shape, 3), np.uint8)
        rgba = np.dstack([black, shade.astype(np.uint8)])
        cover = picture_uri(rgba, 2 * MAP_SIDE)
    starts = [0, *(int(b) + 1 for b in explanation.boundaries)]
    last = len(times) - 1
    images = []
    for image, start in zip(explanation.images, starts):
        first, final = (min(frame, last) for frame in image.span)
        images.append(
            dict(
                start=round(times[min(start, last)], 4),
                seen=[round(times[first], 4), round(ends[final], 4)],
            )
        )
    return dict(
        title=panel.title,
        cover=cover,
        exact=explanation.exact,
        images=images,
        classes=[_class_data(found) for found in explanation.classes],
    )


def _class_data(found: ClassExplanation) -> dict:
    def rounded(values: np.ndarray | None) -> list[float] | None:
        return (
            None if values is None else [round(v, 4) for v in values.tolist()]
        )

    return dict(
        name=found.name,
        logit=round(found.logit, 4),
        gradient_input=rounded(found.gradient_input),
        head_contributions=rounded(found.head_contributions),
        maps=[picture_uri(color_map(m), MAP_SIDE) for m in found.maps],
    )
