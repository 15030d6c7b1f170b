"""Names of classes and files of any script, in whatever is written."""

import io
import json
import sys

import pytest
from PIL import Image

from stnet_mm.utils.error_lines import clear_errors

from ..videos import write_video
from .conftest import run_tool

NAMES = ['跑步 (run)', 'a, "b"; c $5 <i>', 'שחייה 🤸']


@pytest.fixture(scope='module')
def labels(workshop):
    (workshop / 'names.txt').write_text('\n'.join(NAMES), encoding='utf-8')
    write_video(workshop / '视频, 1 🤸.mp4')
    return ('--labels', 'names.txt')


def test_predictions(workshop, checkpoint, labels):
    out = run_tool(
        *('predict', 'config.py', checkpoint, '视频, 1 🤸.mp4', *labels),
        *('--topk', 3, '--json', 'names.json', '--html', 'names.html'),
        cwd=workshop,
    )
    (result,) = json.loads((workshop / 'names.json').read_text())
    assert result['video'] == '视频, 1 🤸.mp4'
    assert {p['name'] for p in result['predictions']} == {*NAMES}
    page = (workshop / 'names.html').read_text(encoding='utf-8')
    for name in NAMES:
        assert name in out
    assert '跑步 (run)' in page
    assert 'שחייה 🤸' in page
    assert '$5 &lt;i&gt;' in page


def test_pictures(workshop, checkpoint, labels):
    for number in range(3):
        run_tool(
            *('vis_cam', 'config.py', checkpoint, '视频, 1 🤸.mp4', *labels),
            *('--class', NAMES[number], '--format', 'png', '--out', 'named'),
            cwd=workshop,
        )
        (path,) = (workshop / 'named').iterdir()
        assert path.name == '视频, 1 🤸_cam.png'
        Image.open(path).load()


def test_a_terminal_that_knows_few_letters(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding='latin-1')
    monkeypatch.setattr(sys, 'stdout', out)
    with clear_errors():
        print('run 跑步 \udcff')
    out.flush()
    assert out.buffer.getvalue() == b'run \\u8dd1\\u6b65 \\udcff\n'
