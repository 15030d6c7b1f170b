"""The plots of study.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from stnet_mm.study import Summary

# The same results give the same file.
mpl.rcParams['svg.hashsalt'] = 'stnet_mm'
mpl.use('svg')


def plot_all(
    results: Mapping[str, list[Summary]], folder: Path, labels: dict[str, str]
) -> None:
    """Draw what there are results for.

    Args:
        results (Mapping[str, list[Summary]]): Rows by grid.
        folder (Path): Where to write ``study_*.svg``.
        labels (dict[str, str]): Names of the models for people.
    """
    _save(plot_order(results['models'] or results['quick'], labels), folder)
    if results['models']:
        _save(plot_costs(results['models']), folder)
        _save(plot_curves(results['models']), folder)
    if results['sizes']:
        _save(plot_sizes(results['sizes']), folder)


def plot_order(summaries: list[Summary], labels: dict[str, str]) -> plt.Figure:
    """Accuracy inside local and global pairs, by model."""
    figure, axes = plt.subplots(figsize=(8, 1 + 0.4 * len(summaries)))
    figure.set_label('order')
    places = np.arange(len(summaries))
    for shift, name in ((-0.2, 'local_pairs'), (0.2, 'global_pairs')):
        axes.barh(
            places + shift,
            [100 * s.means[name] for s in summaries],
            height=0.38,
            xerr=[100 * s.spreads[name] for s in summaries],
            label=f'inside {name.replace("_", " ")}',
        )
    axes.axvline(50, color='black', linestyle=':', label='without order')
    axes.set_yticks(places, [labels[s.row.model] for s in summaries])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel(f'accuracy in % (level {summaries[0].row.level})')
    axes.legend(loc='upper center', bbox_to_anchor=(0.3, -0.12), ncols=3)
    return figure


def plot_costs(summaries: list[Summary]) -> plt.Figure:
    """Accuracy against multiply-adds."""
    figure, axes = plt.subplots(figsize=(7, 5))
    figure.set_label('costs')
    for summary in summaries:
        place = (
            summary.records[0]['macs'] / 1e6,
            100 * summary.means['accuracy'],
        )
        spread = 100 * summary.spreads['accuracy']
        axes.errorbar(*place, yerr=spread, marker='o', color='C0')
        axes.annotate(
            summary.row.model,
            place,
            textcoords='offset points',
            xytext=(6, 3),
            fontsize=8,
        )
    axes.set_xscale('log')
    axes.set_xlabel('multiply-adds of a video in millions')
    axes.set_ylabel('accuracy in %')
    return figure


def plot_curves(summaries: list[Summary]) -> plt.Figure:
    """Validation accuracy by epoch, mean over the seeds."""
    figure, axes = plt.subplots(figsize=(7, 5))
    figure.set_label('curves')
    lines = ('-', '--')
    for place, summary in enumerate(summaries):
        curve = np.mean([r['validation'] for r in summary.records], axis=0)
        axes.plot(
            np.arange(1, len(curve) + 1),
            100 * curve,
            lines[place // 10],
            label=summary.row.model,
        )
    axes.set_xlabel('epoch')
    axes.set_ylabel('accuracy on the validation videos in %')
    axes.legend(fontsize=8, bbox_to_anchor=(1, 1))
    return figure


def plot_sizes(summaries: list[Summary]) -> plt.Figure:
    """Accuracy by the number of segments, a line for each N."""
    figure, axes = plt.subplots(figsize=(6, 4))
    figure.set_label('sizes')
    for frames in sorted({s.row.num_frames for s in summaries}):
        line = [s for s in summaries if s.row.num_frames == frames]
        axes.errorbar(
            [s.row.num_segments for s in line],
            [100 * s.means['accuracy'] for s in line],
            yerr=[100 * s.spreads['accuracy'] for s in line],
            marker='o',
            label=f'N = {frames}',
        )
    axes.set_xlabel('segments T')
    axes.set_ylabel('accuracy in %')
    axes.legend()
    return figure


def _save(figure: plt.Figure, folder: Path) -> None:
    path = folder / f'study_{figure.get_label()}.svg'
    figure.savefig(path, bbox_inches='tight', metadata={'Date': None})
    plt.close(figure)
