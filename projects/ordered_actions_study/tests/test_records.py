"""The results file, and what is read from it."""

import json
from dataclasses import replace

import pytest

from projects.ordered_actions_study.grids import Grid, Row
from projects.ordered_actions_study.records import Records
from projects.ordered_actions_study.run import Run
from projects.ordered_actions_study.summary import (
    best_rate,
    missing_runs,
    summarize,
)
from stnet_mm.errors import StNetInputError

ROW = Row('stnet', 1)
GRID = Grid((ROW,), rates=(0.1, 0.2), seeds=(0, 1, 2))


def fingerprint(run):
    return f'data{run.level}'


def result(run, accuracy, validation=0.5):
    return dict(
        run=run.to_dict(),
        data=fingerprint(run),
        accuracy=accuracy,
        local_pairs=accuracy,
        global_pairs=accuracy,
        validation=[0.9, validation],
    )


def test_records_are_kept(tmp_path):
    path = tmp_path / 'new' / 'grid.jsonl'
    records = Records(path, fingerprint)
    assert len(records) == 0
    runs = [Run('stnet', level) for level in (1, 2)]
    for run in runs:
        records.add(run, result(run, 0.25))
    again = Records(path, fingerprint)
    assert len(again) == 2
    assert runs[1] in again
    assert Run('tsn', 1) not in again
    assert again[runs[1]] == result(runs[1], 0.25)
    assert [p.name for p in path.parent.iterdir()] == ['grid.jsonl']


def test_other_data_are_refused(tmp_path):
    path = tmp_path / 'grid.jsonl'
    run = Run('stnet', 1)
    Records(path, fingerprint).add(run, result(run, 0.5))
    with pytest.raises(StNetInputError, match=r'grid.jsonl, line 1 was .*old'):
        Records(path, lambda run: 'old')


@pytest.mark.parametrize(
    'line', ['{"run": ', '[]', '{}', '{"run": {"model": "tsn", "nn": 1}}']
)
def test_damaged_lines(line, tmp_path):
    path = tmp_path / 'grid.jsonl'
    good = json.dumps(result(Run('stnet', 1), 0.5))
    path.write_text(f'{good}\n{line}\n')
    with pytest.raises(StNetInputError, match='line 2 is no result'):
        Records(path, fingerprint)


def test_missing_runs_and_summary(tmp_path):
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    validation = {0.1: 0.3, 0.2: 0.6}
    done = []
    for run in missing_runs(GRID, records):
        if len(done) < 2:
            assert best_rate(GRID, ROW, records) is None
            assert summarize(GRID, ROW, records) is None
        done.append((run.lr, run.seed))
        accuracy = run.lr + run.seed / 10
        records.add(run, result(run, accuracy, validation[run.lr]))
    # Both rates with the first seed, then the better one with the others.
    assert done == [(0.1, 0), (0.2, 0), (0.2, 1), (0.2, 2)]
    assert len(done) == GRID.count()
    assert best_rate(GRID, ROW, records) == 0.2
    summary = summarize(GRID, ROW, records)
    assert summary.rate == 0.2
    assert len(summary.records) == 3
    assert summary.means['accuracy'] == pytest.approx(0.3)
    assert summary.spreads['local_pairs'] == pytest.approx(0.1)
    assert list(missing_runs(GRID, records)) == []


def test_data_that_are_not_at_hand(tmp_path):
    path = tmp_path / 'grid.jsonl'
    run = Run('stnet', 1)
    Records(path, fingerprint).add(run, result(run, 0.5))
    assert list(Records(path, lambda run: None)) == [run]


def test_rows_come_with_one_seed_first(tmp_path):
    grid = replace(GRID, rows=(ROW, Row('tsn', 1)), rates=(0.1,))
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    done = []
    for run in missing_runs(grid, records):
        done.append((run.model, run.seed))
        records.add(run, result(run, 0.5))
    assert done == [(m, s) for s in (0, 1, 2) for m in ('stnet', 'tsn')]


def test_the_lower_of_equal_rates(tmp_path):
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    for run in GRID.search(ROW):
        records.add(run, result(run, 0.5))
    assert best_rate(GRID, ROW, records) == 0.1
    assert summarize(GRID, ROW, records).spreads['accuracy'] == 0
