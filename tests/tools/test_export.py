from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch

from stnet_mm.apis import VideoClassifier

from .conftest import fail_tool, run_tool
from .processes import ROOT, run_quickly, tool_environment

# The runtime must not need these.
BLOCKED = ('torch', 'mmcv', 'mmengine', 'mmaction', 'cv2', 'stnet_mm')


def run_runtime(*args: object, cwd) -> subprocess.CompletedProcess:
    code = (
        'import runpy, sys\n'
        f'sys.modules.update(dict.fromkeys({BLOCKED}))\n'
        "runpy.run_module('stnet_runtime', run_name='__main__')\n"
    )
    return subprocess.run(
        [sys.executable, '-c', code, *map(str, args)],
        cwd=cwd,
        env={**tool_environment(), 'PYTHONPATH': str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope='module')
def exported(workshop, checkpoint):
    out = run_tool(
        *('export', 'config.py', checkpoint, 'out/model.onnx'),
        *('--crops', 'ten', '--segments', 5),
        *('--videos', 'data/videos/val_0_0.mp4'),
        cwd=workshop,
    )
    assert 'T = 5, or another' in out
    assert 'of the model (1)' in out
    return workshop / 'out' / 'model.onnx'


def test_the_runtime_sees_what_predict_sees(
    workshop, checkpoint, exported, odd_videos
):
    contract = json.loads((workshop / 'out/model.onnx.json').read_text())
    assert contract['classes'] == ['kind0', 'kind1', 'kind2']
    good = [f'odd/{name}' for name, right in odd_videos.items() if right]
    good = [name for name in good if (workshop / name).is_file()]
    bad = [f'odd/{name}' for name, right in odd_videos.items() if not right]
    assert len(good) > 8
    done = run_runtime(exported, *good, *bad, '--json', cwd=workshop)
    assert done.returncode == (1 if bad else 0)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {line['video']: line['scores'] for line in lines}
    errors = done.stderr.splitlines()
    assert len(errors) == len(bad)
    for name, error in zip(bad, errors):
        assert error.startswith(f'error: {name}: ')
    config = workshop / 'five.py'
    text = (workshop / 'config.py').read_text()
    config.write_text(
        f"{text}\nmodel['test_cfg']['crops'] = 'ten'\n"
        "test_pipeline[1]['num_clips'] = 5\n"
    )
    classify = VideoClassifier(str(config), str(checkpoint), 'cpu')
    for name in good:
        expected = classify(workshop / name).tolist()
        scores = [*found[name].values()]
        assert scores == pytest.approx(expected, abs=1e-4), name
    assert {*found} == {*good}


def test_the_runtime_prints(workshop, exported):
    video = 'data/videos/val_0_0.mp4'
    done = run_runtime(exported, video, '--topk', 2, cwd=workshop)
    assert done.returncode == 0
    assert done.stderr == ''
    first, *classes = done.stdout.splitlines()
    assert first == video
    assert len(classes) == 2
    assert all('%  kind' in line for line in classes)
    done = run_runtime('gone.onnx', video, cwd=workshop)
    assert done.returncode == 1
    assert done.stderr == 'error: gone.onnx: there is no such file\n'


def test_errors(workshop, checkpoint):
    args = ('export', 'config.py', checkpoint, 'never/model.onnx')
    error = fail_tool(*args, '--videos', 'gone.mp4', cwd=workshop)
    assert 'gone.mp4: there is no such file' in error
    error = fail_tool(*args, '--crop-size', 99, cwd=workshop)
    assert 'choose a smaller --crop-size' in error
    content = torch.load(checkpoint, weights_only=False)
    torch.save(dict(state_dict=content['state_dict']), workshop / 'bare.pth')
    error = fail_tool(*args[:2], 'bare.pth', *args[3:], cwd=workshop)
    assert 'bare.pth holds no names of classes' in error
    assert not (workshop / 'never').exists()


@pytest.mark.parametrize(
    ('name', 'form', 'suffix'),
    [('model.tflite', 'onnx', '.onnx'), ('model.onnx', 'torchscript', '.pt')],
)
def test_names_of_other_formats(name, form, suffix, workshop, checkpoint):
    error = fail_tool(
        *('export', 'config.py', checkpoint, name, '--format', form),
        cwd=workshop,
    )
    assert f'{name}: a file of the format {form} ends in {suffix}' in error


@pytest.mark.parametrize('mirrors', [True, False])
def test_mirrored_views(mirrors, workshop, checkpoint, tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(
        f'{(workshop / "config.py").read_text()}\n'
        "train_dataloader['dataset']['pipeline'] = [\n"
        f"    dict(type='Flip', flip_ratio={0.5 * mirrors})\n"
        ']\n'
    )
    _, _, err = run_quickly(
        *('export', config, checkpoint, tmp_path / 'model.onnx'),
        *('--crops', 'ten', '--labels', 'gone.txt'),
        cwd=workshop,
    )
    warned = 'warning: five of the ten crops are mirrored' in err
    assert warned is not mirrors
