import json
import re
import shlex
import shutil
import signal

import numpy as np
import pytest

from ..browser import needs_browser, open_page
from ..videos import write_images
from .conftest import fail_tool, run_tool
from .processes import finish, run_quickly, start_tool, wait_for_line

CLASSES = ('left hand', '左', '.dots aside🙂')
QUICK = ('--max-iters', 4, '--batch-size', 2)


def write_clips(folder, names=CLASSES, count=4, seed=0):
    """Clips of noise, of which none is like another."""
    rng = np.random.default_rng(seed)
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            images = rng.integers(0, 256, (9, 48, 64, 3), np.uint8)
            write_images(folder / name / f'clip {number}.mp4', images)


@pytest.fixture(scope='module')
def fitted(tmp_path_factory):
    """The folder where a fit ran, and what it printed."""
    folder = tmp_path_factory.mktemp('fitted')
    write_clips(folder / 'clips', [name.lstrip('.') for name in CLASSES])
    (folder / 'clips' / 'notes.txt').write_text('no clip')
    out = run_tool('fit', 'clips', '--out', 'out', *QUICK, cwd=folder)
    return folder, out


def test_what_it_leaves(fitted):
    folder, out = fitted
    assert 'notes.txt' in out
    classes = (folder / 'out/lists/classes.txt').read_text().splitlines()
    assert sorted(classes) == sorted(n.lstrip('.') for n in CLASSES)
    lists = {
        split: (folder / f'out/lists/{split}.txt').read_text().splitlines()
        for split in ('train', 'test')
    }
    assert [len(lines) for lines in lists.values()] == [9, 3]
    assert not {*lists['train']} & {*lists['test']}
    assert len([*(folder / 'out/cam').glob('*.html')]) in (2, 3)
    assert [*(folder / 'out').glob('model-*.pth')]


def test_figures_are_those_of_the_test(fitted):
    folder, out = fitted
    percent, right = re.search(r'accuracy ([\d.]+)% \((\d) of 3', out).groups()
    report = json.loads((folder / 'out/report/report.json').read_text())
    assert f'{report["top_k_accuracy"]["1"]:.1%}' == f'{percent}%'
    line = re.search(r'python .*test\.py.*', out).group()
    run_tool('test', *shlex.split(line)[2:], '--json', 'test.json', cwd=folder)
    metrics = json.loads((folder / 'test.json').read_text())
    assert metrics['acc/top1'] == pytest.approx(int(right) / 3)


def test_the_printed_commands_run(fitted):
    folder, out = fitted
    line = re.search(r'python .*predict\.py.*', out).group()
    write_clips(folder / 'new', ('x',), 1, seed=1)
    frames = {*(folder / 'out/frames').iterdir()}
    arguments = shlex.split(line)[2:-1]
    printed = run_tool('predict', *arguments, 'new/x/clip 0.mp4', cwd=folder)
    assert all(name.lstrip('.') in printed for name in CLASSES)
    # Predictions leave nothing among the frames of the training.
    assert {*(folder / 'out/frames').iterdir()} == frames


def test_once_done_it_says_so(fitted):
    folder, _ = fitted
    again = run_tool('fit', 'clips/', '--out', 'out', *QUICK, cwd=folder)
    assert 'complete' in again
    assert 'accuracy' in again


def test_clips_that_have_changed_since(fitted, tmp_path):
    copied = shutil.copytree(fitted[0], tmp_path / 'copied')
    train, test = (
        copied
        / 'clips'
        / (copied / f'out/lists/{split}.txt')
        .read_text('utf-8')
        .splitlines()[0]
        .rpartition(' ')[0]
        for split in ('train', 'test')
    )
    train.rename(copied / 'aside')
    test.rename(train)
    (copied / 'aside').rename(test)
    arguments = ('clips', '--out', 'out', *QUICK)
    error = fail_tool('fit', *arguments, cwd=copied)
    assert 'are others than when this fit began' in error


@needs_browser
def test_pages_open(fitted):
    folder, _ = fitted
    with open_page((folder / 'out/report/index.html').as_uri()) as page:
        assert page.get_by_text('accuracy').first.is_visible()


def test_an_interrupted_fit_goes_on(tmp_path):
    write_clips(tmp_path / 'clips', ('a', 'b'))
    arguments = ('clips', '--out', 'out', '--max-iters', 10)
    arguments += ('--batch-size', 2)
    process = start_tool('fit', *arguments, cwd=tmp_path)
    assert wait_for_line(process, 'Saving checkpoint at 4 iterations')
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    assert status == 130, err
    assert 'Traceback' not in err
    status, out, err = run_quickly('fit', *arguments, cwd=tmp_path)
    assert status == 0, err[-2000:]
    assert 'resumed' in out
    assert 'accuracy' in out


def test_clips_to_test_on_elsewhere(tmp_path):
    write_clips(tmp_path / 'clips', ('a', 'b'))
    write_clips(tmp_path / 'other', ('a', 'b'), 2, seed=1)
    out = run_tool(
        *('fit', 'clips', '--val', 'other', '--out', 'out', *QUICK),
        cwd=tmp_path,
    )
    assert 'of 4 clips' in out
    # A copy of a clip that is trained on.
    data = (tmp_path / 'clips/a/clip 0.mp4').read_bytes()
    (tmp_path / 'other/a/clip 9.mp4').write_bytes(data)
    error = fail_tool(
        *('fit', 'clips', '--val', 'other', '--out', 'out2', *QUICK),
        cwd=tmp_path,
    )
    assert 'clip 9.mp4' in error


def test_bad_input(tmp_path):
    write_clips(tmp_path / 'one', ('a',))
    assert 'two classes' in fail_tool('fit', 'one', cwd=tmp_path)
    write_clips(tmp_path / 'two', ('a', 'b'), 2)
    write_clips(tmp_path / 'two', ('c',), 1, seed=1)
    assert "'c'" in fail_tool('fit', 'two', cwd=tmp_path)
    assert 'none' in fail_tool('fit', 'none', cwd=tmp_path)
    write_clips(tmp_path / 'other', ('a', 'd'), 2, seed=2)
    (tmp_path / 'two' / 'c' / 'clip 0.mp4').unlink()
    (tmp_path / 'two' / 'c').rmdir()
    (tmp_path / 'thesis').mkdir()
    (tmp_path / 'thesis' / 'text.txt').write_text('all of it')
    error = fail_tool('fit', 'two', '--out', 'thesis', cwd=tmp_path)
    assert 'is not empty' in error
    arguments = ('two', '--val', 'other', '--out', 'out')
    error = fail_tool('fit', *arguments, cwd=tmp_path)
    assert "'d'" in error
    for wrong, message in (
        (('--group-by', '('), 'is no regular expression'),
        (('--load-from', 'gone.pth'), 'gone.pth: there is no such checkpoint'),
        (('--labels', 'gone.txt'), '--labels is for lists'),
        (('--out', 'two/out'), 'would be taken for a class'),
    ):
        error = fail_tool('fit', 'two', '--out', 'out', *wrong, cwd=tmp_path)
        assert message in error
    # So that what is mended can go there.
    assert not (tmp_path / 'out').exists()
