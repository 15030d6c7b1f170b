"""Write study.md and its plots from the results in study_results.

Run it as ``python docs/make_study.py``; it trains nothing. The results are of
``python tools/study.py``.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path

from study_plots import plot_all

from stnet_mm.datasets.ordered_actions import Settings
from stnet_mm.study import (
    GRIDS,
    Grid,
    Records,
    Summary,
    data_settings,
    summarise,
)
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.cli import clear_errors

DOCS = Path(__file__).parent
PAGE = DOCS / 'study.md'
RESULTS = DOCS / 'study_results'

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

INTRO = """\
<!-- Written by docs/make_study.py; do not edit. -->
# The paper's questions, on data that anybody can make

StNet's authors answer their questions on Kinetics. Here they are asked of
small networks on [ordered actions](ordered_actions.md), whose classes come in
pairs that hold the same frames in another order: *local pairs* differ within
four successive frames, *global pairs* in which half of the video comes first.
All figures are measured with this code; every row comes from lines of
`docs/study_results/*.jsonl`.

```bash
python tools/study.py --quick   # the first table
python tools/study.py           # all grids; goes on where it was stopped
python docs/make_study.py       # this page from the results, in seconds
```
"""
FAIRNESS = """
## What is equal, and what is not

Equal for all models: the videos, the 16 frames of each (4 segments of 4
successive frames), crops of 56x56, a ResNet-18 trunk with a quarter of the
channels, random initialisation, 6 epochs, AdamW with the same schedule,
batches of 32, the same seeds, and learning rates searched alike. Of the rates
tried with the first seed, the one with the best accuracy on the validation
videos is used; the test videos are not looked at for it. The spread is the
standard deviation over the seeds.

Not equal:

- Models on single frames and 3-D networks see the 16 frames one by one, where
  the others see 4 super-images. Their cost is higher for it.
- P3D has bottleneck blocks, so it is deeper (26 layers).
- Only the grid of all models searches the learning rate; the others use one
  rate for all.
- Training times are of one machine that did other work meanwhile; they are
  those of a row's fastest run.

Not answered here yet: whether features transfer to small data sets, and
whether class activation maps fall on what acts.
"""
QUICK = """
## The easy level (`--quick`)

Level 1: plain backgrounds. A model without order has 50 % inside pairs,
because both videos of a pair are in the test set. For a model that guesses,
50 % would be measured to ±{margin:.1f} % (95 % of the time, {videos} test
videos inside each kind of pairs).
"""
HARD = """
## All models on the hardest level

Level 5: textures, camera jitter, noise, distractors, and an acting object that
is small, faint and moves less. Chance is 12.5 % over all 8 classes and 50 %
inside pairs.
"""
SIZES = """
## How many frames, how many segments

StNet's accuracy on level 5, N successive frames in each of T segments.
"""
LEVELS = """
## The levels between
"""


class Results:
    """The results of every grid.

    Args:
        folder (Path): Folder with a file for each grid that was run.
    """

    def __init__(self, folder: Path) -> None:
        self._summaries = {
            name: self._read(grid, folder / f'{name}.jsonl')
            for name, grid in GRIDS.items()
        }

    def __getitem__(self, name: str) -> list[Summary]:
        return self._summaries[name]

    @staticmethod
    def _read(grid: Grid, path: Path) -> list[Summary]:
        """The grid's rows that have a result."""
        records = Records(path, lambda lvl: data_settings(lvl).fingerprint())
        summaries = (summarise(grid, row, records) for row in grid.rows)
        return [summary for summary in summaries if summary is not None]


def make_page(results: Results) -> str:
    """The text of study.md.

    Args:
        results (Results): The results.

    Returns:
        str: Markdown.
    """
    videos = videos_inside_pairs(data_settings(1))
    quick = QUICK.format(margin=196 * sqrt(0.25 / videos), videos=videos)
    parts = [INTRO, quick, table(results['quick'])]
    parts += [cost('quick', results), plot('order', 'Accuracy inside pairs')]
    if results['models']:
        parts += [HARD, table(results['models']), cost('models', results)]
        parts += [plot('costs', 'Accuracy against multiply-adds')]
        parts += [plot('curves', 'Validation accuracy by epoch')]
    if results['sizes']:
        parts += [SIZES, sizes_table(results['sizes'])]
        parts += [cost('sizes', results), plot('sizes', 'N and T')]
    if results['levels']:
        parts += [LEVELS, table(results['levels'], level=True)]
        parts += [cost('levels', results)]
    return ''.join([*parts, FAIRNESS])


def videos_inside_pairs(settings: Settings) -> int:
    """Test videos in the pairs of one kind; there are as many of each."""
    pairs = settings.selected_pairs
    local = sum(pair.kind == 'local' for pair in pairs)
    return 2 * settings.num_scenes('test') * local


def table(summaries: list[Summary], level: bool = False) -> str:
    """A table with a row for each summary."""
    head = ['model', 'accuracy', 'inside local pairs', 'inside global pairs']
    head += ['seeds', 'rate', 'MMACs', 'parameters', 'training']
    if level:
        head = ['level', *head]
    lines = ['', ' | '.join(head), ' | '.join('---' for _ in head)]
    for summary in summaries:
        first, cells = summary.records[0], [LABELS[summary.row.model]]
        if level:
            cells = [str(summary.row.level), *cells]
        cells += [
            f'{100 * summary.means[name]:.1f} ± {100 * spread:.1f}'
            for name, spread in summary.spreads.items()
        ]
        cells += [str(len(summary.records)), f'{summary.rate:g}']
        cells += [f'{first["macs"] / 1e6:.0f}', f'{first["parameters"]:,}']
        lines.append(' | '.join([*cells, f'{fastest(summary):.0f} s']))
    return '\n'.join([lines[0], *(f'| {x} |' for x in lines[1:])]) + '\n'


def fastest(summary: Summary) -> float:
    """Seconds that the row's fastest training took."""
    times = [record['seconds'] for record in summary.records]
    return min((t for t in times if t is not None), default=float('nan'))


def sizes_table(summaries: list[Summary]) -> str:
    """Accuracy by N and T."""
    found = {(s.row.num_frames, s.row.num_segments): s for s in summaries}
    frames, segments = (sorted(set(axis)) for axis in zip(*found))
    lines = ['', '| | ' + ' | '.join(f'T = {t}' for t in segments) + ' |']
    lines.append('| --- ' * (len(segments) + 1) + '|')
    for n in frames:
        cells = [
            f'{100 * s.means["accuracy"]:.1f} ± '
            f'{100 * s.spreads["accuracy"]:.1f} ({len(s.records)})'
            if (s := found.get((n, t)))
            else 'not run'
            for t in segments
        ]
        lines.append(' | '.join([f'| N = {n}', *cells]) + ' |')
    return '\n'.join(lines) + '\n\nIn brackets: the number of seeds.\n'


def cost(name: str, results: Results) -> str:
    """What of a grid was run, on what, and the time of all of it."""
    grid = GRIDS[name]
    rows = {summary.row: summary for summary in results[name]}
    times = [fastest(summary) for summary in rows.values()]
    minutes = sum(times) / 60 / len(times) * grid.count()
    devices = {r['device'] for s in rows.values() for r in s.records}
    text = (
        f'\nThe whole grid is {grid.count()} runs, about {minutes:.0f} '
        f'minutes of training ({", ".join(sorted(devices))}); '
        'learning rates tried: '
        + ', '.join(f'{rate:g}' for rate in grid.rates)
        + '.'
    )
    missing = [r for r in grid.rows if r not in rows]
    if missing and name != 'sizes':
        text += ' Not run here: ' + ', '.join(
            f'{row.model} on level {row.level}' for row in missing
        )
        text += '.'
    return text + '\n'


def plot(name: str, text: str) -> str:
    """A picture."""
    return f'\n![{text}](study_{name}.svg)\n'


def main() -> None:
    with clear_errors():
        results = Results(RESULTS)
        plot_all(results, DOCS, LABELS)
        write_atomically(PAGE, make_page(results).encode())


if __name__ == '__main__':
    main()
