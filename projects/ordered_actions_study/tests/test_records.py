"""The results file, and what is read from it."""

import json
from dataclasses import replace

import pytest

from projects.ordered_actions_study import (
    Cell,
    Grid,
    Records,
    Row,
    best_rate,
    missing_cells,
    summarise,
)
from stnet_mm.errors import StNetInputError

ROW = Row('stnet', 1)
GRID = Grid((ROW,), rates=(0.1, 0.2), seeds=(0, 1, 2))


def fingerprint(cell):
    return f'data{cell.level}'


def result(cell, accuracy, validation=0.5):
    return dict(
        cell=cell.to_dict(),
        data=fingerprint(cell),
        accuracy=accuracy,
        local_pairs=accuracy,
        global_pairs=accuracy,
        validation=[0.9, validation],
    )


def test_records_are_kept(tmp_path):
    path = tmp_path / 'new' / 'grid.jsonl'
    records = Records(path, fingerprint)
    assert len(records) == 0
    cells = [Cell('stnet', level) for level in (1, 2)]
    for cell in cells:
        records.add(cell, result(cell, 0.25))
    again = Records(path, fingerprint)
    assert len(again) == 2
    assert cells[1] in again
    assert Cell('tsn', 1) not in again
    assert again[cells[1]] == result(cells[1], 0.25)
    assert [p.name for p in path.parent.iterdir()] == ['grid.jsonl']


def test_other_data_are_refused(tmp_path):
    path = tmp_path / 'grid.jsonl'
    cell = Cell('stnet', 1)
    Records(path, fingerprint).add(cell, result(cell, 0.5))
    with pytest.raises(StNetInputError, match=r'grid.jsonl, line 1 was .*old'):
        Records(path, lambda cell: 'old')


@pytest.mark.parametrize(
    'line', ['{"cell": ', '[]', '{}', '{"cell": {"model": "tsn", "nn": 1}}']
)
def test_damaged_lines(line, tmp_path):
    path = tmp_path / 'grid.jsonl'
    good = json.dumps(result(Cell('stnet', 1), 0.5))
    path.write_text(f'{good}\n{line}\n')
    with pytest.raises(StNetInputError, match='line 2 is no result'):
        Records(path, fingerprint)


def test_missing_cells_and_summary(tmp_path):
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    validation = {0.1: 0.3, 0.2: 0.6}
    done = []
    for cell in missing_cells(GRID, records):
        if len(done) < 2:
            assert best_rate(GRID, ROW, records) is None
            assert summarise(GRID, ROW, records) is None
        done.append((cell.lr, cell.seed))
        accuracy = cell.lr + cell.seed / 10
        records.add(cell, result(cell, accuracy, validation[cell.lr]))
    # Both rates with the first seed, then the better one with the others.
    assert done == [(0.1, 0), (0.2, 0), (0.2, 1), (0.2, 2)]
    assert len(done) == GRID.count()
    assert best_rate(GRID, ROW, records) == 0.2
    summary = summarise(GRID, ROW, records)
    assert summary.rate == 0.2
    assert len(summary.records) == 3
    assert summary.means['accuracy'] == pytest.approx(0.3)
    assert summary.spreads['local_pairs'] == pytest.approx(0.1)
    assert list(missing_cells(GRID, records)) == []


def test_data_that_are_not_at_hand(tmp_path):
    path = tmp_path / 'grid.jsonl'
    cell = Cell('stnet', 1)
    Records(path, fingerprint).add(cell, result(cell, 0.5))
    assert list(Records(path, lambda cell: None)) == [cell]


def test_rows_come_with_one_seed_first(tmp_path):
    grid = replace(GRID, rows=(ROW, Row('tsn', 1)), rates=(0.1,))
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    done = []
    for cell in missing_cells(grid, records):
        done.append((cell.model, cell.seed))
        records.add(cell, result(cell, 0.5))
    assert done == [(m, s) for s in (0, 1, 2) for m in ('stnet', 'tsn')]


def test_the_lower_of_equal_rates(tmp_path):
    records = Records(tmp_path / 'grid.jsonl', fingerprint)
    for cell in GRID.search(ROW):
        records.add(cell, result(cell, 0.5))
    assert best_rate(GRID, ROW, records) == 0.1
    assert summarise(GRID, ROW, records).spreads['accuracy'] == 0
