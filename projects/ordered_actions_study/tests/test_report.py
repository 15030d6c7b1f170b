"""docs/study.md says what the results in the repository say."""

import json
from dataclasses import replace
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

import pytest
from mmengine.runner import Runner

from projects.ordered_actions_study.grids import GRIDS
from projects.ordered_actions_study.localization import LOCALIZATION
from projects.ordered_actions_study.page import Results, make_page, plot_all
from projects.ordered_actions_study.page.tables import claims_table
from projects.ordered_actions_study.run import Run
from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.training import configure, count
from projects.ordered_actions_study.transfer import (
    ORDERED,
    fingerprint_of,
    transfer_runs,
)
from stnet_mm.datasets.ordered_actions import make_dataset

from .conftest import CONFIGS

DOCS = Path(__file__).parents[3] / 'docs'
RESULTS = Path(__file__).parents[1] / 'results'
SMALL = SCALES['small']


@pytest.fixture(scope='module')
def results():
    return Results(RESULTS)


def test_page_is_up_to_date(results):
    # Otherwise run: python -m projects.ordered_actions_study.page
    assert make_page(results) == (DOCS / 'study.md').read_text()


def test_plots(results, tmp_path):
    plot_all(results, tmp_path / 'study.md')
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted(path.name for path in DOCS.glob('study_*.svg'))
    for name in drawn:
        assert f']({name})' in (DOCS / 'study.md').read_text()


def test_easy_level(results):
    """What the first table is there to show."""
    rows = {s.row.model: s for s in results['quick']}
    chance = pytest.approx(0.5, abs=0.045)  # in 95 % of draws of 480 videos
    assert all(len(s.records) == 3 for s in rows.values())
    for record in rows['stnet'].records:
        assert min(record['local_pairs'], record['global_pairs']) >= 0.95
    for record in rows['tsn'].records:
        assert record['local_pairs'] == chance
        assert record['global_pairs'] == chance
    # Super-images alone see what is local, and nothing of what is global.
    assert rows['average'].means['local_pairs'] >= 0.95
    assert rows['average'].means['global_pairs'] == chance


def write_records(path, records):
    path.parent.mkdir(exist_ok=True)
    path.write_text(''.join(f'{json.dumps(r)}\n' for r in records))


def make_up_results(folder):
    """Results of every experiment, for a page with every part."""
    for name, grid in GRIDS.items():
        records = [
            dict(
                run=run.to_dict(),
                data=SMALL.settings(run.level).fingerprint(),
                accuracy=0.25 + run.seed / 100,
                local_pairs=0.9 if run.model == 'stnet' else 0.5,
                global_pairs=0.5 + run.seed / 4,
                validation=[0.1] * run.epochs,
                parameters=1000,
                macs=10**7 * run.num_segments,
                seconds=60.0,
                device='abacus',
            )
            for row in grid.rows
            for rate in grid.rates
            for run in grid.repeats(row, rate)
        ]
        write_records(folder / f'{name}.jsonl', records)
    runs = [c for data in (ORDERED, 'poses') for c in transfer_runs(data)]
    tuned = dict(classes=4, train_videos=80, test_videos=480, seconds=30.0)
    records = [
        dict(
            run=run.to_dict(),
            data=fingerprint_of(ORDERED, folder, SMALL),
            mean_class_accuracy=0.3 + run.pretrained / 2 + run.seed / 100,
            **tuned,
        )
        for run in runs
    ]
    write_records(folder / 'transfer.jsonl', records)
    records = [
        dict(
            run=run.to_dict(),
            data=SMALL.settings(4).fingerprint(),
            pointing=0.5,
            energy=0.25,
            share_of_frame=0.0625,
            center=0.375,
        )
        for run in LOCALIZATION
    ]
    write_records(folder / 'localization.jsonl', records)


def test_every_part_of_the_page(tmp_path):
    make_up_results(tmp_path / 'results')
    results = Results(tmp_path / 'results')
    page = make_page(results, 'plots')
    assert 'not run' not in page.lower()
    for text in (
        '26.0 ± 1.0 | 90.0 ± 0.0 | 75.0 ± 25.0 | 3 |',
        '| 90.0 ± 0.0 | StNet on single frames (N = 1) | 50.0 ± 0.0 | yes |',
        '| 3 | super-images, mean over segments | 50.0 ± 0.0 | TSN',
        '| 26.0 ± 1.0 | C3D-ResNet | 26.0 ± 1.0 | cannot be told |',
        '| N = 7 | 26.0 ± 1.0 (3) | 26.0 ± 1.0 (3) |',
        '**`poses`**: 4 classes, up to 80 videos',
        ', trained on ordered actions | 81.0 ± 1.0 (3) |',
        '| Layer-CAM | layer2 | TSN (single frames) | 50.0 ± 0.0 | 25.0',
        '| a random point | 6.2 |',
    ):
        assert text in page
    plot_all(results, tmp_path / 'plots.md')
    drawn = {path.name for path in tmp_path.glob('plots_*.svg')}
    assert len(drawn) == 5
    assert all(f']({name})' in page for name in drawn)


def test_verdicts(tmp_path):
    make_up_results(tmp_path / 'results')
    rows = Results(tmp_path / 'results')['models']
    claims = [
        (5, 'stnet', 'tsn'),
        (5, 'tsn', 'stnet'),
        (5, 'gru', 'lstm'),
        (4, 'gru', 'lstm'),  # not run
    ]
    table = claims_table(rows, 'local_pairs', claims)
    verdicts = [line.split(' | ')[-1] for line in table.splitlines()[3:]]
    assert verdicts == ['yes |', 'no |', 'cannot be told |']


def test_counts_are_those_of_the_configs(results, tmp_path):
    checked = {}
    for grid in GRIDS:
        for summary in results[grid]:
            for record in summary.records:
                run = Run(**record['run'])
                key = run.model, run.num_frames, run.num_segments
                if key not in checked:
                    cfg = configure(run, CONFIGS, tmp_path, SMALL)
                    checked[key] = count(cfg)
                assert checked[key] == (record['parameters'], record['macs'])


def test_first_epoch_of_stnet_comes_out_again(results, tmp_path):
    """One of the recorded trainings, stopped after its first epoch."""
    (row,) = (s for s in results['quick'] if s.row.model == 'stnet')
    run = Run(**row.records[0]['run'])
    # The same videos for training and validation; no other is needed.
    settings = replace(SMALL.settings(run.level), test=0)
    make_dataset(tmp_path / 'data', settings, progress=False)
    cfg = configure(run, CONFIGS, tmp_path / 'data', SMALL)
    cfg.train_cfg.max_epochs = 1  # the learning rate's schedule stays
    cfg.work_dir = str(tmp_path / 'work_dir')
    runner = Runner.from_cfg(cfg)
    runner.train()
    history, _ = runner.message_hub.get_scalar('val/acc/top1').data
    recorded = [record['validation'][0] for record in row.records]
    # Three seeds may agree by chance; a share of so many videos is never
    # known better than this.
    deviation = max(stdev(recorded), sqrt(0.25 / SMALL.val))
    assert abs(float(history[-1]) - mean(recorded)) <= 3 * deviation
    # That is far from guessing one of eight classes.
    assert mean(recorded) - 3 * deviation > 4 / 8
