"""The study as users run it."""

import json
import sys

import pytest

from projects.ordered_actions_study import __main__
from projects.ordered_actions_study.driver import Study
from tests.tools.conftest import run_tool
from tests.tools.processes import finish, start_tool, wait_for_line
from tests.videos import write_dataset

from .conftest import CONFIGS

MODULE = 'projects.ordered_actions_study'
RESULTS = 'projects/ordered_actions_study/results_smoke'


@pytest.fixture(scope='module')
def folder(tmp_path_factory, easy_data, other_data):
    """A folder to run the study in, and real videos to fine-tune on."""
    folder = tmp_path_factory.mktemp('study')
    data = folder / 'data' / 'study_smoke'
    data.mkdir(parents=True)
    (data / 'level1').symlink_to(easy_data)
    (data / 'other').symlink_to(other_data)
    write_dataset(folder / 'poses')
    classes = folder / 'poses' / 'classes.txt'
    classes.write_text('warrior\ntree pose\ndownward facing dog\n')
    return folder


@pytest.fixture
def study(folder):
    return Study(
        CONFIGS,
        folder / RESULTS,
        folder / 'data' / 'study_smoke',
        folder / 'work_dirs' / 'study_smoke',
        'smoke',
        folder / 'poses',
    )


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_interrupted_study_goes_on(folder, study, capsys):
    args = ('quick', '--scale', 'smoke', '--models', 'average', 'txb')
    process = start_tool(MODULE, *args, cwd=folder)
    line = wait_for_line(process, 'average_level1')
    process.kill()
    finish(process)
    path = folder / RESULTS / 'quick.jsonl'
    (before,) = read(path)
    assert line.startswith('average_level1_4x4_1e_lr0.003_seed0: ')
    assert before['run']['model'] == 'average'
    # Without the segments' order exactly one of a pair is right.
    assert before['global_pairs'] == 0.5
    assert len(before['validation']) == 1
    assert before['seconds'] > 0

    printed = run_tool(MODULE, *args, cwd=folder)
    assert 'average_level1' not in printed
    assert 'txb_level1' in printed
    first, second = read(path)
    assert first == before
    assert second['run']['model'] == 'txb'

    # Nothing is missing now.
    study.run('quick', ['average', 'txb'])
    assert '_level1' not in capsys.readouterr().out
    assert read(path) == [first, second]


def test_fine_tunes_and_localizes_with_what_it_trained(folder, study, capsys):
    # The training that both need is run and recorded once.
    study.run('transfer', ['stnet'])
    study.run('localization', ['stnet'])
    printed = capsys.readouterr().out
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
            assert record['classes'] == 3
            assert (record['train_videos'], record['test_videos']) == (12, 6)
    maps = read(folder / RESULTS / 'localization.jsonl')
    assert [(r['run']['method'], r['run']['layer']) for r in maps] == [
        (method, f'layer{number}')
        for method in ('gradcam', 'layercam')
        for number in (1, 2, 3)
    ]
    for record in maps:
        assert 0 <= record['energy'] <= 1
        assert 0 < record['share_of_frame'] < 0.2


def fail(monkeypatch, folder, *args):
    """Run what must fail in this process; the error's line."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv('OMP_WAIT_POLICY', 'PASSIVE')
    monkeypatch.setattr(sys, 'argv', ['study', *args])
    with pytest.raises(SystemExit) as error:
        __main__.main()
    assert str(error.value).startswith('error: ')
    return str(error.value)


def test_other_real_videos_are_refused(folder, monkeypatch):
    args = ('transfer', '--models', 'stnet', '--scale', 'smoke', '--real')
    classes = folder / 'poses' / 'classes.txt'
    classes.write_text('a\nb\nc\n')
    error = fail(monkeypatch, folder, *args, 'poses')
    assert 'transfer.jsonl' in error
    assert 'other data' in error
    classes.unlink()
    error = fail(monkeypatch, folder, *args, 'poses')
    assert 'poses has no classes.txt' in error


def test_wrong_names(tmp_path, monkeypatch):
    error = fail(monkeypatch, tmp_path, 'huge')
    assert "'huge': choose one of 'quick', 'levels', 'models'" in error
    error = fail(monkeypatch, tmp_path, '--quick', '--models', 'i3d')
    assert "'i3d': choose one of 'stnet', 'average', 'tsn'" in error
    error = fail(monkeypatch, tmp_path, 'localization', '--models', 'gru')
    assert "'gru': choose one of 'stnet', 'average', 'tsn'" in error
