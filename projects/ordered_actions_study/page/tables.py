"""The tables of study.md."""

from __future__ import annotations

from projects.ordered_actions_study.records import Records
from projects.ordered_actions_study.summary import Summary

from .results import fastest, percent, transfer_lines

METHODS = {'gradcam': 'Grad-CAM', 'layercam': 'Layer-CAM'}
LABELS = {
    'stnet': 'StNet: temporal blocks and TXB',
    'txb': 'TXB alone',
    'tmb-mean': 'temporal blocks alone, mean over segments',
    'tmb-max': 'temporal blocks alone, maximum over segments',
    'paper-order': "StNet, temporal block in the order of the paper's text",
    'average': 'super-images, mean over segments',
    'lstm': 'super-images, LSTM',
    'gru': 'super-images, GRU',
    'lstm-2-mean': 'super-images, LSTM of two layers, mean of its states',
    'tsn': 'TSN (single frames)',
    'single-frames': 'StNet on single frames (N = 1)',
    'lrcn-lstm': 'single frames, LSTM',
    'lrcn-gru': 'single frames, GRU',
    'tsm': 'TSM (single frames)',
    'c3d': 'C3D-ResNet',
    'p3d': 'P3D-ResNet',
}
# Smaller leads may be chance, also where the seeds agree.
LEAST_LEAD = 0.01
STARTS = {False: 'from scratch', True: 'trained on ordered actions'}


def lay_out(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ['---'] * len(head), *rows]
    return '\n' + ''.join(f'| {" | ".join(cells)} |\n' for cells in lines)


def grid_table(summaries: list[Summary], level: bool = False) -> str:
    """A row for each model, or for each model and level."""
    head = ['model', 'accuracy', 'inside local pairs', 'inside global pairs']
    head += ['seeds', 'rate', 'MMACs', 'parameters', 'training']
    rows = []
    for summary in summaries:
        records = summary.records
        cells = [LABELS[summary.row.model]]
        cells += [
            percent([r[name] for r in records]) for name in summary.means
        ]
        cells += [str(len(records)), f'{summary.rate:g}']
        cells += [f'{records[0]["macs"] / 1e6:.0f}']
        cells += [f'{records[0]["parameters"]:,}', f'{fastest(summary):.0f} s']
        rows.append([str(summary.row.level), *cells] if level else cells)
    return lay_out(['level', *head] if level else head, rows)


def claims_table(
    summaries: list[Summary], figure: str, claims: list[tuple[int, str, str]]
) -> str:
    """What should be better than what, and whether it is.

    Args:
        summaries (list[Summary]): Rows, each of another model or level.
        figure (str): ``'accuracy'``, ``'local_pairs'`` or ``'global_pairs'``.
        claims (list[tuple[int, str, str]]): A level, the model that should be
            better, and the one that it should be better than.

    Returns:
        str: Markdown.
    """
    found = {(s.row.level, s.row.model): s for s in summaries}
    rows = []
    for level, *names in claims:
        if not all((level, name) in found for name in names):
            continue
        better, worse = (found[level, name] for name in names)
        row = [str(level)]
        for name, summary in zip(names, (better, worse)):
            values = [record[figure] for record in summary.records]
            row += [LABELS[name], percent(values)]
        rows.append([*row, _verdict(better, worse, figure)])
    head = ['level', 'expected to be better', '%', 'than', '%', 'is it?']
    return lay_out(head, rows)


def _verdict(better: Summary, worse: Summary, figure: str) -> str:
    lead = better.means[figure] - worse.means[figure]
    noise = better.spreads[figure] + worse.spreads[figure]
    if abs(lead) <= max(noise, LEAST_LEAD):
        return 'cannot be told'
    return 'yes' if lead > 0 else 'no'


def sizes_table(summaries: list[Summary], figure: str) -> str:
    """A figure by N and T.

    Args:
        summaries (list[Summary]): Rows of one model.
        figure (str): ``'accuracy'``, ``'local_pairs'`` or ``'global_pairs'``.

    Returns:
        str: Markdown.
    """
    found = {
        (s.row.num_frames, s.row.num_segments): [
            record[figure] for record in s.records
        ]
        for s in summaries
    }
    frames, segments = (sorted(set(axis)) for axis in zip(*found))
    rows = [
        [f'N = {n}', *(_cell(found.get((n, t))) for t in segments)]
        for n in frames
    ]
    head = [figure.replace('_', ' '), *(f'T = {t}' for t in segments)]
    return lay_out(head, rows)


def _cell(values: list[float] | None) -> str:
    """Mean, spread, and in brackets the number of seeds."""
    return f'{percent(values)} ({len(values)})' if values else 'not run'


def transfer_table(records: Records, data: str) -> str:
    """Mean class accuracy by start and number of examples."""
    lines = transfer_lines(records, data)
    examples = sorted({e for line in lines.values() for e in line})
    rows = [
        [
            f'{LABELS[model]}, {STARTS[pretrained]}',
            *(_cell(line.get(e)) for e in examples),
        ]
        for (pretrained, model), line in lines.items()
    ]
    return lay_out(['', *(f'{e} of each class' for e in examples)], rows)


def localization_table(records: Records) -> str:
    """Pointing game and energy in the box, by method, layer and model."""
    groups: dict[tuple[str, str, str], list[dict]] = {}
    for run in records:
        key = (METHODS[run.method], run.layer, run.model)
        groups.setdefault(key, []).append(records[run])
    rows = [
        [
            method,
            layer,
            LABELS[model],
            percent([record['pointing'] for record in group]),
            percent([record['energy'] for record in group]),
            str(len(group)),
        ]
        for (method, layer, model), group in sorted(groups.items())
    ]
    any_record = records[next(iter(records))]
    for name, figure in (
        ('a random point', 'share_of_frame'),
        ('the center of the frame', 'center'),
    ):
        rows.append(['', '', name, f'{100 * any_record[figure]:.1f}', '', ''])
    head = ['maps', 'layer', 'model', 'maximum in the box, %']
    return lay_out([*head, 'energy in the box, %', 'seeds'], rows)
