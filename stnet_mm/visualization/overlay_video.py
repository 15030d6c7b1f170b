"""The video with maps over it, at the frame rate of the source."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..explain.video_explanation import Panel
from ..utils.mp4_writer import MP4Writer
from ..utils.progress import track
from .drawing import Painter
from .gif_writer import GIFWriter
from .source_video import SourceVideo
from .title_strip import draw_title

LONGEST = 1280
TITLE_HEIGHT = 28


def write_overlay(
    writer: MP4Writer | GIFWriter,
    source: SourceVideo,
    panels: Sequence[Panel],
    progress: bool = False,
) -> None:
    """Write a video with the maps of its first class over each frame.

    Args:
        writer (MP4Writer | GIFWriter): What writes it.
        source (SourceVideo): The video.
        panels (Sequence[Panel]): What recognizers saw in it, to be shown side
            by side; with their titles if there are several.
        progress (bool): Whether to show a progress bar. Defaults to False.

    Raises:
        StNetInputError: If the video cannot be decoded; names it.
    """
    painters = [
        Painter(p.explanation, p.explanation.classes[0]) for p in panels
    ]
    frames = track(source, 'drawing frames', progress)
    with writer:
        for number, (time, picture) in enumerate(frames):
            picture = _limit(picture)
            parts = [p.paint(number, picture) for p in painters]
            if len(parts) > 1:
                parts = [
                    _titled(part, panel.title)
                    for part, panel in zip(parts, panels)
                ]
            writer.write(time, np.concatenate(parts, axis=1))


def _limit(picture: np.ndarray) -> np.ndarray:
    """Scale a picture down to what is worth drawing on."""
    height, width = picture.shape[:2]
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return picture
    size = round(width * scale), round(height * scale)
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _titled(picture: np.ndarray, title: str) -> np.ndarray:
    """Put a strip with a title above a picture."""
    strip = draw_title(title, picture.shape[1], TITLE_HEIGHT)
    return np.concatenate([strip, picture])
