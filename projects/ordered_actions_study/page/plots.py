"""The plots of study.md."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from projects.ordered_actions_study.records import Records
from projects.ordered_actions_study.summary import Summary, mean_and_spread

from .results import Results, transfer_lines, transfer_sets
from .tables import LABELS, STARTS

# The same results give the same file.
mpl.rcParams['svg.hashsalt'] = 'stnet_mm'
mpl.use('svg')
MARKERS = 'osD^v'


def plot_all(results: Results, page: Path) -> None:
    """Draw what there are results for.

    Args:
        results (Results): The results.
        page (Path): The page; the plots are written beside it.
    """
    figures = []
    if rows := results['models']:
        figures += [plot_order(rows), plot_costs(rows), plot_curves(rows)]
    if results['sizes']:
        figures += [plot_sizes(results['sizes'])]
    if len(results.transfer):
        figures += [plot_transfer(results.transfer)]
    for figure in figures:
        path = page.with_name(f'{page.stem}_{figure.get_label()}.svg')
        figure.savefig(path, bbox_inches='tight', metadata={'Date': None})
        plt.close(figure)


def plot_order(summaries: list[Summary]) -> plt.Figure:
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
    axes.set_yticks(places, [LABELS[s.row.model] for s in summaries])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel(f'accuracy in % (level {summaries[0].row.level})')
    axes.legend(loc='upper center', bbox_to_anchor=(0.3, -0.12), ncols=3)
    return figure


def plot_costs(summaries: list[Summary]) -> plt.Figure:
    """Accuracy against multiply-adds."""
    figure, axes = plt.subplots(figsize=(7, 5))
    figure.set_label('costs')
    colors = mpl.colormaps['tab20'].colors
    for place, summary in enumerate(summaries):
        axes.errorbar(
            summary.records[0]['macs'] / 1e6,
            100 * summary.means['accuracy'],
            yerr=100 * summary.spreads['accuracy'],
            marker=MARKERS[place % len(MARKERS)],
            linestyle='none',
            color=colors[place],
            label=summary.row.model,
        )
    axes.set_xlim(left=0)
    axes.set_xlabel('multiply-adds of a video in millions')
    axes.set_ylabel(f'accuracy in % (level {summaries[0].row.level})')
    axes.legend(fontsize=8, bbox_to_anchor=(1, 1))
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
    axes.set_ylabel(f'accuracy in % (level {summaries[0].row.level})')
    axes.legend()
    return figure


def plot_transfer(records: Records) -> plt.Figure:
    """Mean class accuracy by the number of examples, for each data set."""
    sets = transfer_sets(records)
    figure, many = plt.subplots(
        1, len(sets), figsize=(5 * len(sets), 4), squeeze=False
    )
    figure.set_label('transfer')
    for axes, data in zip(many[0], sets):
        for (pretrained, model), line in transfer_lines(records, data).items():
            means, spreads = zip(*map(mean_and_spread, line.values()))
            axes.errorbar(
                list(line),
                100 * np.array(means),
                yerr=100 * np.array(spreads),
                marker='o',
                linestyle='-' if pretrained else ':',
                color='C0' if model == 'stnet' else 'C1',
                label=f'{model}, {STARTS[pretrained]}',
            )
        axes.set_title(data)
        axes.set_xlabel('examples of each class')
    many[0, 0].set_ylabel('mean class accuracy in %')
    handles, names = many[0, 0].get_legend_handles_labels()
    figure.legend(
        handles, names, loc='upper center', bbox_to_anchor=(0.5, 0), ncols=2
    )
    return figure
