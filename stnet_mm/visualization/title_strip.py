"""A line of text as a picture."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..utils.fonts import fonts_for

DPI = 100
MARGIN = 4  # pixels


@lru_cache(maxsize=16)
def draw_title(title: str, width: int, height: int) -> np.ndarray:
    """Draw a title, white on black, as large as fits.

    Args:
        title (str): The text, of any script.
        width (int): Width of the picture in pixels.
        height (int): Its height.

    Returns:
        np.ndarray: The picture, RGB [height, width, 3] uint8.
    """
    figure = Figure(
        figsize=(width / DPI, height / DPI), dpi=DPI, facecolor='black'
    )
    canvas = FigureCanvasAgg(figure)
    size = 0.5 * height * 72 / DPI  # points
    with fonts_for([title]) as readable:
        text = figure.text(
            MARGIN / width,
            0.5,
            readable(title),
            color='white',
            fontsize=size,
            verticalalignment='center',
        )
        needed = text.get_window_extent(canvas.get_renderer()).width
        scale = min(1, (width - 2 * MARGIN) / max(needed, 1))
        text.set_fontsize(scale * size)
        canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()
