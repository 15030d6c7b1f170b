"""Plots of a report, as pictures inside of a page."""

from __future__ import annotations

import io
from typing import Callable

import numpy as np
from matplotlib.figure import Figure

from ..evaluation.report import Reliability, Report
from ..utils.fonts import fonts_for
from .rendering import data_uri

# More names do not fit beside a matrix.
MAX_NAMES = 30
BLUE, RED, GRAY = '#2a7f9e', '#d1495b', '#7a8290'


def plot_confusion(report: Report) -> str | None:
    """Plot the confusion matrix, each row as shares of a true class.

    Args:
        report (Report): The report.

    Returns:
        str | None: A PNG, as an address; None if there are too many classes
        for a matrix.
    """
    if report.confusion is None:
        return None
    names = [name[:24] for name in report.classes]
    with fonts_for(names if len(names) <= MAX_NAMES else ()) as readable:
        return _png(_draw_confusion(report.confusion, names, readable))


def _draw_confusion(
    counts: np.ndarray, names: list[str], readable: Callable[[str], str]
) -> Figure:
    totals = counts.sum(axis=1, keepdims=True)
    # White where there are no videos.
    shares = np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)
    count = len(counts)
    named = count <= MAX_NAMES
    side = 2.5 + min(count, MAX_NAMES) * 0.28 if named else 8
    figure = Figure(figsize=(side + 1, side), layout='constrained')
    axes = figure.subplots()
    image = axes.imshow(shares, cmap='Blues', vmin=0, vmax=1)
    figure.colorbar(
        image, ax=axes, shrink=0.7, label='share of the true class'
    )
    axes.set(xlabel='predicted class', ylabel='true class')
    if named:
        ticks = range(count)
        names = [readable(name) for name in names]
        axes.set_xticks(ticks, names, rotation=90)
        axes.set_yticks(ticks, names)
    if count <= 12:
        for row, column in np.argwhere(counts > 0):
            share = shares[row, column]
            axes.text(
                column,
                row,
                f'{share:.0%}',
                ha='center',
                va='center',
                fontsize=7,
                color='white' if share > 0.5 else 'black',
            )
    return figure


def plot_calibration(found: Reliability) -> str:
    """Plot accuracy against confidence, and how many videos have which.

    Args:
        found (Reliability): The calibration of a report.

    Returns:
        str: A PNG, as an address.
    """
    count = len(found.counts)
    edges = np.arange(count) / count
    figure = Figure(figsize=(5, 5), layout='constrained')
    upper, lower = figure.subplots(
        2, sharex=True, gridspec_kw=dict(height_ratios=[3, 1])
    )
    some = found.counts > 0
    bars = dict(width=1 / count, align='edge', edgecolor='white')
    upper.bar(edges[some], found.accuracy[some], color=BLUE, **bars)
    upper.plot(
        [0, 1], [0, 1], color=GRAY, linestyle='--', label='perfect calibration'
    )
    upper.plot(
        found.confidence[some],
        found.accuracy[some],
        'o',
        color=RED,
        label='mean of each bin',
    )
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel='accuracy')
    upper.legend(loc='upper left')
    lower.bar(edges, found.counts, color=GRAY, **bars)
    lower.set(xlabel='confidence', ylabel='number of videos')
    return _png(figure)


def _png(figure: Figure) -> str:
    buffer = io.BytesIO()
    figure.savefig(buffer, format='png', dpi=130)
    return data_uri(buffer.getvalue(), 'image/png')
