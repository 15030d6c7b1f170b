"""A calibrated model, at every door."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from stnet_mm.apis import VideoClassifier
from stnet_mm.calibration.calibration import KEY

from .conftest import fail_tool, run_tool
from .processes import run_quickly
from .test_export import run_runtime

VIDEO = 'data/videos/val_0_0.mp4'


@pytest.fixture(scope='module')
def folder(workshop):
    folder = workshop / 'calibrated'
    folder.mkdir()
    lines = (workshop / 'data' / 'val.txt').read_text().splitlines()
    (folder / 'list.txt').write_text('\n'.join(lines * 8))
    return folder


@pytest.fixture(scope='module')
def printed(workshop, checkpoint, folder):
    return run_tool(
        *('calibrate', 'config.py', checkpoint, folder / 'list.txt'),
        *('--root', root(workshop), '--outside', 'data/videos'),
        *('--out', folder / 'model.pth', '--json', folder / 'figures.json'),
        cwd=workshop,
    )


def root(workshop):
    first = (workshop / 'data' / 'val.txt').read_text().split()[0]
    (found,) = (workshop / 'data').rglob(first.rpartition('/')[2])
    return str(found)[: -len(first)]


def classify(workshop, path):
    return VideoClassifier(str(workshop / 'config.py'), str(path), 'cpu')


def test_the_file(workshop, checkpoint, folder, printed):
    figures = json.loads((folder / 'figures.json').read_text())
    assert 'AUROC' in printed
    assert 0 <= figures['alarms'] <= 0.2
    before = classify(workshop, checkpoint)
    after = classify(workshop, folder / 'model.pth')
    assert before.calibration is None
    made = after.calibration
    assert made.temperature == pytest.approx(figures['temperature'])
    assert len(made.thresholds) == 3
    video = workshop / VIDEO
    torch.testing.assert_close(
        after.logits(video), before.logits(video) / made.temperature
    )
    assert before.predict(video).unknown is False
    assert not [*folder.glob('*.progress')]
    content = torch.load(folder / 'model.pth', weights_only=True)
    assert content['meta'][KEY]['videos'] > 19


def with_thresholds(path, threshold):
    """Store the calibrated model with the same threshold for all classes."""
    content = torch.load(path.with_name('model.pth'), weights_only=True)
    content['meta'][KEY]['thresholds'] = [threshold] * 3
    torch.save(content, path)
    return path


@pytest.fixture(scope='module')
def strict(folder, printed):
    """A model that takes no video for one of its classes."""
    return with_thresholds(folder / 'strict.pth', 1e9)


@pytest.fixture(scope='module')
def lenient(folder, printed):
    """A model that takes every video for one of its classes."""
    return with_thresholds(folder / 'lenient.pth', -1e9)


def test_predictions(workshop, folder, lenient, strict):
    for model, unknown in ((lenient, False), (strict, True)):
        out = run_tool(
            *('predict', 'config.py', model, VIDEO),
            *('--json', folder / 'out.json', '--html', folder / 'out.html'),
            cwd=workshop,
        )
        assert ('unknown, at best:' in out) is unknown
        (result,) = json.loads((folder / 'out.json').read_text())
        assert result['unknown'] is unknown
        page = (folder / 'out.html').read_text()
        assert ('<b>Unknown</b>' in page) is unknown


def test_maps(workshop, folder, strict):
    out = run_tool(
        *('vis_cam', 'config.py', strict, VIDEO, '--out', folder / 'maps'),
        cwd=workshop,
    )
    assert 'unknown, at best kind' in out
    (page,) = (folder / 'maps').glob('*.html')
    assert '<b>Unknown</b>' in page.read_text()


def test_the_runtime(workshop, folder, strict):
    published = run_tool(
        'publish_model', strict, folder / 'public.safetensors', cwd=workshop
    )
    path = published.split('written: ')[1].splitlines()[0].strip()
    model = folder / 'model.onnx'
    run_tool('export', 'config.py', path, model, cwd=workshop)
    contract = json.loads((folder / 'model.onnx.json').read_text())
    assert contract['thresholds'] == [1e9] * 3
    assert contract['temperature'] != 1
    done = run_runtime(model, VIDEO, cwd=workshop)
    assert 'unknown, at best:' in done.stdout
    done = run_runtime(model, VIDEO, '--json', cwd=workshop)
    assert json.loads(done.stdout)['unknown'] is True


def test_bad_videos_are_named(workshop, checkpoint, folder):
    data = root(workshop)
    listed = (folder / 'list.txt').read_text()
    shutil.copyfile(__file__, folder / 'text.mp4')
    (folder / 'bad.txt').write_text(f'{listed}\n{folder / "text.mp4"} 0\n')
    args = ('calibrate', 'config.py', checkpoint, folder / 'bad.txt')
    status, out, err = run_quickly(
        *args, '--root', data, '--out', folder / 'bad.pth', cwd=workshop
    )
    assert status == 1
    assert 'written' in out
    assert f'error: {folder / "text.mp4"}' in err


def test_errors(workshop, checkpoint, folder):
    args = ('calibrate', 'config.py', checkpoint)
    error = fail_tool(*args, folder / 'list.txt', cwd=workshop)
    assert 'none of its videos is there' in error
    (folder / 'none.csv').write_text('path,label\n')
    error = fail_tool(*args, folder / 'none.csv', cwd=workshop)
    assert 'none.csv: there are no videos in it' in error
    lines = (folder / 'list.txt').read_text().splitlines()[:9]
    (folder / 'few.txt').write_text('\n'.join(lines))
    few = (*args, folder / 'few.txt', '--root', root(workshop))
    error = fail_tool(*few, '--out', folder / 'never.pth', cwd=workshop)
    assert '9 videos are too few' in error
    assert not (folder / 'never.pth').exists()
    (folder / 'parts.csv').write_text('path,label,start,end\na.mp4,0,1,2\n')
    error = fail_tool(*args, folder / 'parts.csv', cwd=workshop)
    assert 'parts.csv lists parts of videos' in error
    (folder / 'text.txt').write_text(f'{folder / "parts.csv"} 0\n')
    status, _, err = run_quickly(
        *args, folder / 'text.txt', '--out', folder / 'never.pth', cwd=workshop
    )
    assert status == 1
    assert 'text.txt: no video can be read' in err
    status, _, err = run_quickly(
        *args, folder / 'list.txt', '--false-alarms', 0, cwd=workshop
    )
    assert status == 2
    assert 'between 0 and 1' in err
