"""tools/study.py as users run it."""

import json

import pytest

from tests.tools.conftest import fail_tool, run_tool, start_tool
from tests.videos import write_dataset

RESULTS = 'docs/study_results_smoke'


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp('study')


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_goes_on_with_what_is_missing(folder):
    args = ('quick', '--models', 'average', '--scale', 'smoke')
    assert 'average_level1_4x4_1e_lr0.003_seed0: ' in run_tool(
        'study', *args, cwd=folder
    )
    path = folder / RESULTS / 'quick.jsonl'
    (record,) = read(path)
    assert record['run']['model'] == 'average'
    # Without the segments' order exactly one of a pair is right.
    assert record['global_pairs'] == 0.5
    assert len(record['validation']) == 1
    assert record['seconds'] > 0
    assert 'average_level1' not in run_tool('study', *args, cwd=folder)
    assert read(path) == [record]


def test_an_interrupted_study_keeps_what_is_done(tmp_path):
    args = ('quick', '--scale', 'smoke', '--models', 'average', 'txb')
    process = start_tool('study', *args, cwd=tmp_path)
    for line in process.stdout:
        if line.startswith('average'):
            break
    process.kill()
    process.communicate()
    path = tmp_path / RESULTS / 'quick.jsonl'
    (before,) = read(path)
    printed = run_tool('study', *args, cwd=tmp_path)
    assert 'average_level1' not in printed
    assert 'txb_level1' in printed
    first, second = read(path)
    assert first == before
    assert second['run']['model'] == 'txb'


def test_fine_tunes_and_looks_through_what_it_trained(folder):
    poses = folder / 'poses'
    poses.mkdir()
    write_dataset(poses)
    args = ('--models', 'stnet', '--scale', 'smoke', '--real', 'poses')
    # The training that both need is run and recorded once.
    printed = run_tool('study', 'transfer', 'localization', *args, cwd=folder)
    assert printed.count('\nstnet_level4_4x4_1e_lr0.003_seed0: accuracy') == 1
    assert len(read(folder / RESULTS / 'levels.jsonl')) == 1
    records = read(folder / RESULTS / 'transfer.jsonl')
    tuned = {(r['run']['data'], r['run']['pretrained']) for r in records}
    assert tuned == {
        (data, pretrained)
        for data in ('ordered', 'poses')
        for pretrained in (False, True)
    }
    # Three classes, four videos of each to train with, two to test with.
    for record in records:
        if record['run']['data'] == 'poses':
            assert (record['train_videos'], record['test_videos']) == (12, 6)
    looks = read(folder / RESULTS / 'localization.jsonl')
    assert [(r['run']['method'], r['run']['layer']) for r in looks] == [
        (method, f'layer{number}')
        for method in ('gradcam', 'layercam')
        for number in (1, 2, 3)
    ]
    for record in looks:
        assert 0 <= record['energy'] <= 1
        assert 0 < record['share_of_frame'] < 0.2


def test_other_real_videos_are_refused(folder):
    args = ('transfer', '--models', 'stnet', '--scale', 'smoke', '--real')
    classes = folder / 'poses' / 'classes.txt'
    classes.write_text('a\nb\nc\n')
    error = fail_tool('study', *args, 'poses', cwd=folder)
    assert 'transfer.jsonl' in error
    assert 'other data' in error
    classes.unlink()
    error = fail_tool('study', *args, 'poses', cwd=folder)
    assert 'poses has no classes.txt' in error


def test_wrong_names(tmp_path):
    error = fail_tool('study', 'huge', cwd=tmp_path)
    assert "'huge': choose from quick, levels, models, longer" in error
    error = fail_tool('study', '--quick', '--models', 'i3d', cwd=tmp_path)
    assert "'i3d': this experiment has stnet, average, tsn" in error
    error = fail_tool('study', 'localization', '--models', 'gru', cwd=tmp_path)
    assert "'gru': this experiment has stnet, average, tsn" in error
