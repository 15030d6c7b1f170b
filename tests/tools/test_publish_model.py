import hashlib
import json
import subprocess
import sys

import pytest

from .conftest import fail_tool, run_tool
from .processes import TIMEOUT


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
    assert 'config.py' in error
    error = fail_tool('publish_model', 'nowhere.pth', out, cwd=workshop)
    assert 'nowhere.pth' in error
    error = fail_tool(
        'publish_model', checkpoint, out, '--labels', labels, cwd=workshop
    )
    assert '2 class names for 3 classes' in error
    assert list(tmp_path.iterdir()) == [labels]
