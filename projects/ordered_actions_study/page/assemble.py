"""The text of study.md, part by part."""

from __future__ import annotations

from math import sqrt

from projects.ordered_actions_study.grids import GRIDS
from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.summary import FIGURES
from projects.ordered_actions_study.transfer import ORDERED

from .results import Results, fastest, transfer_sets
from .tables import (
    LABELS,
    LEAST_LEAD,
    claims_table,
    grid_table,
    localization_table,
    sizes_table,
    transfer_table,
)
from .text import (
    EASY,
    FAIRNESS,
    INTRO,
    LEVELS,
    LOCALIZATION,
    LONGER,
    MODELS,
    QUESTIONS,
    SHORT,
    SIZES,
    TRANSFER,
)


def make_page(results: Results, stem: str = 'study') -> str:
    """The text of study.md.

    Args:
        results (Results): The results.
        stem (str): First part of the names of the plots. Defaults to
            ``'study'``.

    Returns:
        str: Markdown.
    """

    def plot(name: str, text: str) -> str:
        return f'\n![{text}]({stem}_{name}.svg)\n'

    parts = [INTRO, SHORT if results.scale == SCALES['small'] else '']
    if rows := results['quick']:
        videos = videos_inside_pairs(results)
        margin = 196 * sqrt(0.25 / videos)
        parts += [EASY.format(margin=margin, videos=videos)]
        parts += [grid_table(rows), cost('quick', results)]
    if rows := results['levels']:
        parts += [LEVELS, grid_table(rows, level=True)]
        parts += [cost('levels', results)]
    if rows := results['models']:
        parts += [MODELS, grid_table(rows), cost('models', results)]
        parts += [plot('order', 'Accuracy inside pairs, by model')]
        parts += [plot('costs', 'Accuracy against multiply-adds')]
        parts += [plot('curves', 'Validation accuracy by epoch')]
    compared = [s for n in ('quick', 'levels', 'models') for s in results[n]]
    for text, figure, claims in QUESTIONS:
        parts += [text.format(least=100 * LEAST_LEAD)]
        parts += [claims_table(compared, figure, claims)]
    if rows := results['longer']:
        parts += [LONGER, grid_table(rows), cost('longer', results)]
    if rows := results['sizes']:
        parts += [SIZES]
        parts += [sizes_table(rows, figure) for figure in FIGURES]
        parts += [cost('sizes', results)]
        parts += [plot('sizes', 'Accuracy by T, a line for each N')]
    if len(results.transfer):
        parts += [TRANSFER]
        for data in transfer_sets(results.transfer):
            parts += [describe_data(results, data)]
            parts += [transfer_table(results.transfer, data)]
        parts += [plot('transfer', 'Mean class accuracy by examples')]
    if len(results.localization):
        parts += [LOCALIZATION, localization_table(results.localization)]
    return ''.join([*parts, FAIRNESS.format(crop=results.scale.crop)])


def videos_inside_pairs(results: Results) -> int:
    """Test videos in the pairs of one kind; there are as many of each."""
    settings = results.scale.settings(1)
    local = sum(pair.kind == 'local' for pair in settings.selected_pairs)
    return 2 * settings.num_scenes('test') * local


def cost(name: str, results: Results) -> str:
    """What of a grid was run, on what, and the time of all of it."""
    grid = GRIDS[name]
    rows = {summary.row: summary for summary in results[name]}
    times = [fastest(summary) for summary in rows.values()]
    minutes = sum(times) / 60 / len(times) * grid.count()
    devices = {r['device'] for s in rows.values() for r in s.records}
    rates = ', '.join(f'{rate:g}' for rate in grid.rates)
    text = (
        f'\nThe whole grid is {grid.count()} runs, about {minutes:.0f} '
        f'minutes of training ({"; ".join(sorted(devices))}); learning rates '
        f'tried: {rates}.'
    )
    missing = [row for row in grid.rows if row not in rows]
    if missing and name != 'sizes':  # its tables say so
        text += ' Not run here: ' + '; '.join(
            f'{LABELS[row.model]}, level {row.level}' for row in missing
        )
        text += '.'
    return text + '\n'


def describe_data(results: Results, data: str) -> str:
    """What is fine-tuned on, and how much of it there is."""
    records = [
        results.transfer[run] for run in results.transfer if run.data == data
    ]
    title = 'Other ordered actions' if data == ORDERED else f'`{data}`'
    most = max(record['train_videos'] for record in records)
    minutes = sum(record['seconds'] for record in records) / 60
    return (
        f'\n**{title}**: {records[0]["classes"]} classes, up to {most} '
        f'videos for training, {records[0]["test_videos"]} for testing; '
        f'{len(records)} runs, {minutes:.0f} minutes of training.\n'
    )
