"""tools/study.py as users run it."""

import json

import pytest

from ..tools.conftest import fail_tool, run_tool


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('study')


def test_smoke_run_goes_on(folder):
    args = ('quick', '--models', 'average', '--smoke', '--results', 'results')
    assert 'average_level1_4x4_1e_lr0.003_seed0: ' in run_tool(
        'study', *args, cwd=folder
    )
    path = folder / 'results' / 'quick.jsonl'
    (line,) = path.read_text().splitlines()
    record = json.loads(line)
    assert record['cell']['model'] == 'average'
    # Without order exactly one of a pair is right.
    assert record['local_pairs'] == record['global_pairs'] == 0.5
    assert len(record['validation']) == 1
    assert record['seconds'] > 0
    assert 'average_level1' not in run_tool('study', *args, cwd=folder)
    assert path.read_text() == f'{line}\n'


def test_wrong_names(tmp_path):
    error = fail_tool('study', 'huge', cwd=tmp_path)
    assert "'huge': choose from quick, models, sizes, levels" in error
    error = fail_tool('study', '--quick', '--models', 'i3d', cwd=tmp_path)
    assert "'i3d': this grid has stnet, average, tsn, txb, lstm" in error
