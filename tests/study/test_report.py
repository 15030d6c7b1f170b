"""docs/study.md says what the results in the repository say."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from stnet_mm.study import Cell, data_settings, run_cell

ROOT = Path(__file__).parents[2]
DOCS = ROOT / 'docs'


@pytest.fixture
def report(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module('make_study')


def test_page_is_up_to_date(report):
    # Otherwise run: python docs/make_study.py
    page = report.make_page(report.Results(report.RESULTS))
    assert page == (DOCS / 'study.md').read_text()


def test_plots(report, tmp_path):
    results = report.Results(report.RESULTS)
    report.plot_all(results, tmp_path, report.LABELS)
    drawn = sorted(path.name for path in tmp_path.iterdir())
    assert drawn == sorted(path.name for path in DOCS.glob('study_*.svg'))
    for name in drawn:
        assert f']({name})' in (DOCS / 'study.md').read_text()


def test_easy_level(report):
    """What the first table is there to show."""
    rows = {s.row.model: s for s in report.Results(report.RESULTS)['quick']}
    chance = pytest.approx(0.5, abs=0.045)  # in 95 % of draws of 480 videos
    assert all(len(s.records) == 3 for s in rows.values())
    for record in rows['stnet'].records:
        assert min(record['local_pairs'], record['global_pairs']) >= 0.95
    for record in rows['tsn'].records:
        assert record['local_pairs'] == chance
        assert record['global_pairs'] == chance
    # Super-images alone see what is local, and nothing of what is global.
    assert rows['average'].means['local_pairs'] >= 0.95
    assert rows['average'].means['global_pairs'] == pytest.approx(
        0.5, abs=0.045
    )


def test_smallest_cell_trains_to_what_is_recorded(report, tmp_path):
    lines = [
        line
        for path in sorted(report.RESULTS.glob('*.jsonl'))
        for line in path.read_text().splitlines()
    ]
    records = [json.loads(line) for line in lines]
    smallest = min(records, key=lambda r: (r['macs'], r['cell']['seed']))
    cell = Cell(**smallest['cell'])
    again = run_cell(
        cell,
        ROOT / 'configs' / 'study',
        tmp_path / 'data',
        tmp_path / 'work_dir',
        data_settings(cell.level),
    )
    (row,) = (
        s
        for grid in report.GRIDS
        for s in report.Results(report.RESULTS)[grid]
        if smallest in s.records
    )
    for name, spread in row.spreads.items():
        # 2 %: what chance does to the share of 960 test videos.
        assert abs(again[name] - row.means[name]) <= 3 * spread + 0.02
    assert again['macs'] == smallest['macs']
    assert again['parameters'] == smallest['parameters']
    assert again['data'] == smallest['data']
