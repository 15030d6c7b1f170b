import hashlib
import json
import subprocess
import sys

import pytest
import torch

from .conftest import fail_tool, run_tool
from .processes import TIMEOUT

VIDEO = 'data/videos/val_0_0.mp4'


def predictions(workshop, checkpoint, out):
    video = next((workshop / 'data').rglob('*.mp4'))
    run_tool(
        *('predict', 'config.py', checkpoint, video, '--json', out),
        cwd=workshop,
    )
    return json.loads(out.read_text())


@pytest.mark.parametrize('suffix', ['pth', 'safetensors'])
def test_publish_and_predict(workshop, checkpoint, tmp_path, suffix):
    out = run_tool(
        'publish_model', checkpoint, tmp_path / f'model.{suffix}', cwd=workshop
    )
    (path,) = tmp_path.iterdir()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.name == f'model-{digest[:8]}.{suffix}'
    assert digest in out
    assert path.stat().st_size < checkpoint.stat().st_size

    before = predictions(workshop, checkpoint, tmp_path / 'before.json')
    after = predictions(workshop, path, tmp_path / 'after.json')
    assert before == after
    assert 'name' in after[0]['predictions'][0]

    if suffix == 'pth':
        # Plain torch reads it, without any help of ours.
        code = (
            'import sys, torch\n'
            'state = torch.load(sys.argv[1], weights_only=True)\n'
            "print(state['meta']['dataset_meta']['classes'])\n"
        )
        printed = subprocess.check_output(
            [sys.executable, '-c', code, path], text=True, timeout=TIMEOUT
        )
        assert after[0]['predictions'][0]['name'] in printed


@pytest.mark.parametrize('suffix', ['pth', 'safetensors'])
def test_a_published_file_needs_no_config(
    workshop, checkpoint, tmp_path, suffix
):
    run_tool(
        *('publish_model', checkpoint, tmp_path / f'model.{suffix}'),
        *('--config', 'config.py'),
        cwd=workshop,
    )
    (path,) = tmp_path.iterdir()
    video = next((workshop / 'data').rglob('*.mp4'))
    expected = predictions(workshop, checkpoint, tmp_path / 'before.json')
    # Also with an option between the arguments.
    for i, args in enumerate(
        [(path, video, video), (path, '--topk', 3, video, video)]
    ):
        out = tmp_path / f'{i}.json'
        run_tool('predict', *args, '--json', out, cwd=tmp_path)
        assert json.loads(out.read_text()) == expected * 2
    # Publishing it again keeps the config.
    run_tool('publish_model', path, tmp_path / f'b.{suffix}', cwd=workshop)
    (again,) = tmp_path.glob('b-*')
    run_tool('predict', again, video, cwd=tmp_path)


@pytest.mark.parametrize(
    'command',
    [
        f'timeline {VIDEO} --window 0.5s --stride 0.5s --out out.json',
        f'vis_cam {VIDEO} --out . --format png',
        'extract_features data/val.txt all.safetensors',
        'export out.onnx --crops ten',
        'calibrate data/val.txt --false-alarms 0.3 --out a.pth --json b.json',
    ],
)
def test_other_tools_take_it_alone_too(
    workshop, checkpoint, tmp_path, command
):
    name, *options = command.split()
    run_tool(
        *('publish_model', checkpoint, tmp_path / 'model.pth'),
        *('--config', 'config.py'),
        cwd=workshop,
    )
    (path,) = tmp_path.iterdir()
    written = []
    for model in ([path], [workshop / 'config.py', checkpoint]):
        folder = tmp_path / str(len(model))
        folder.mkdir()
        (folder / 'data').symlink_to(workshop / 'data')
        run_tool(name, *model, *options, cwd=folder)
        # A calibrated file keeps the config, if there is one in it.
        files = sorted({*folder.rglob('*.*')} - {*folder.glob('*.pth')})
        written.append([file.read_bytes() for file in files])
    assert written[0] == written[1] != []
    before = {*workshop.iterdir()}
    error = fail_tool(name, 'config.py', *options, cwd=workshop)
    assert {*workshop.iterdir()} == before
    assert 'config.py is a config file: give its checkpoint after it' in error


def test_what_a_published_file_holds_is_not_run(
    workshop, checkpoint, tmp_path
):
    canary = tmp_path / 'canary'
    content = torch.load(checkpoint, weights_only=True)
    trunk = dict(type='os.mkdir', path=str(canary))
    model = dict(type='StNetRecognizer', backbone=dict(trunk, depth=18))
    for config in (
        json.dumps(dict(model=model, pipeline=[])),
        f'import os; os.mkdir({str(canary)!r})',
        dict(model=model, pipeline=[]),
    ):
        content['meta']['stnet_config'] = config
        torch.save(content, tmp_path / 'model.pth')
        error = fail_tool('predict', 'model.pth', 'video.mp4', cwd=tmp_path)
        assert error.startswith('error: model.pth: its config is ')
    del content['meta']['stnet_config']
    torch.save(content, tmp_path / 'model.pth')
    error = fail_tool('predict', 'model.pth', 'video.mp4', cwd=tmp_path)
    assert 'model.pth holds no config' in error
    assert not canary.exists()


def test_test_takes_safetensors(workshop, checkpoint, tmp_path):
    run_tool(
        'publish_model', checkpoint, tmp_path / 'm.safetensors', cwd=workshop
    )
    (path,) = tmp_path.iterdir()
    results = []
    for source in (checkpoint, path):
        out = tmp_path / 'metrics.json'
        run_tool('test', 'config.py', source, '--json', out, cwd=workshop)
        results.append(json.loads(out.read_text()))
    assert results[0] == results[1]


def test_bad_input(workshop, checkpoint, tmp_path):
    out = tmp_path / 'model.pth'
    labels = tmp_path / 'labels.txt'
    labels.write_text('one\ntwo\n')
    error = fail_tool('publish_model', 'config.py', out, cwd=workshop)
    assert error.count('config.py') == 1
    error = fail_tool('publish_model', 'nowhere.pth', out, cwd=workshop)
    assert 'nowhere.pth' in error
    error = fail_tool(
        'publish_model', checkpoint, out, '--labels', labels, cwd=workshop
    )
    assert '2 class names for 3 classes' in error
    config = tmp_path / 'other.py'
    text = (workshop / 'config.py').read_text()
    config.write_text(f"{text}model['cls_head']['num_classes'] = 4\n")
    error = fail_tool(
        'publish_model', checkpoint, out, '--config', config, cwd=workshop
    )
    assert '3 classes, the config 4' in error
    assert {*tmp_path.iterdir()} == {labels, config}
