"""All images of a video on one picture, with their maps and contributions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..explain.video_explanation import VideoExplanation
from ..utils.fonts import fonts_for
from ..utils.score_text import score_text
from .drawing import Painter, color_map

COLUMN = 1.7  # inches
DPI = 100  # pixels per inch


def save_contact_sheet(explanation: VideoExplanation, file: BinaryIO) -> None:
    """Write a PNG with a column for each image: frame, map, both, bar.

    Args:
        explanation (VideoExplanation): What was seen in the video; its first
            class is shown.
        file (BinaryIO): Where to write.
    """
    found = explanation.classes[0]
    score = score_text(found.score, explanation.probable)
    title = (
        f'{Path(explanation.video).name}: {found.name} '
        f'({score}), {explanation.method} of {explanation.layer}'
    )
    with fonts_for([title]) as readable:
        figure = _draw_sheet(explanation, readable(title))
        figure.savefig(file, format='png', dpi=DPI)


def _draw_sheet(explanation: VideoExplanation, title: str) -> Figure:
    found = explanation.classes[0]
    count = len(explanation.images)
    height, width = explanation.covered.shape
    row = COLUMN * height / width
    figure = Figure(
        figsize=(COLUMN * max(count, 3), 3 * row + 1.9), layout='constrained'
    )
    axes = figure.subplots(
        4,
        count,
        squeeze=False,
        gridspec_kw=dict(height_ratios=[row, row, row, 1.2]),
    )
    paint = Painter(explanation, found).paint
    for i, image in enumerate(explanation.images):
        number = image.frames[len(image.frames) // 2]
        pictures = (
            image.picture,
            color_map(found.maps[i]),
            paint(number, image.picture),
        )
        for axis, picture in zip(axes[:3, i], pictures):
            axis.imshow(picture)
            axis.set_axis_off()
        axes[1, i].set_axis_on()
        axes[1, i].set(xticks=[], yticks=[], facecolor='black')
        first, last = image.span
        frames = f'frames {first}-{last}' if last > first else f'frame {first}'
        axes[0, i].set_title(frames, fontsize=8)
    _draw_contributions(axes[3], found.contributions)
    figure.suptitle(title, fontsize=9)
    return figure


def _draw_contributions(
    axes: Sequence[Axes], values: np.ndarray | None
) -> None:
    """Draw the contribution of each image as a bar in its column."""
    for i, axis in enumerate(axes):
        axis.spines[['top', 'right', 'left', 'bottom']].set_visible(False)
        axis.set(xticks=[], yticks=[])
        if values is None:
            continue
        axis.bar(
            [0], [values[i]], color='#d1495b' if values[i] < 0 else '#2a7f9e'
        )
        axis.axhline(0, color='gray', linewidth=0.8)
        low, high = min(0, min(values)), max(0, max(values))
        room = 0.05 * (high - low) or 1
        axis.set(ylim=(low - room, high + room), xlim=(-1, 1))
        axis.set_xlabel(f'{values[i]:+.2f}', fontsize=8)
    if values is not None:
        axes[0].set_ylabel('contribution', fontsize=8)
