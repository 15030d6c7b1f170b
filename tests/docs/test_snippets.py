"""Programs and configs in pages can be read, and programs run."""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace

import numpy as np
import pytest
from mmengine.config import Config

from stnet_mm.apis.published import pack_config
from stnet_mm.utils.publish import publish

from ..apis.tiny_files import write_recognizer
from ..videos import write_video
from .pages import NOTEBOOK, PAGES, ROOT, name_of, snippets_of

SNIPPETS = [
    pytest.param(text, id=f'{name_of(page)}-{number}')
    for page in PAGES
    for number, text in enumerate(snippets_of(page, 'python'))
]
# Programs, and what they expect from the one around them.
PROGRAMS = [
    ('README.md', 0),
    ('docs/predicting.md', 0),
    ('docs/explain.md', 0),
    ('docs/long_videos.md', 0),
    ('docs/long_videos.md', 1),
    ('docs/ordered_actions.md', 0),
]


def test_snippets_are_found():
    assert len(SNIPPETS) > 15
    assert NOTEBOOK.is_file()


@pytest.mark.parametrize('text', SNIPPETS)
def test_python(text, tmp_path):
    tree = ast.parse(text)
    # What is imported from here is there.
    imports = [
        node
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    exec(compile(ast.Module(imports, []), 'snippet', 'exec'), {})
    # A part of a config: it must be one that MMEngine reads.
    if re.match(r'\w+ = dict\(', text):
        path = tmp_path / 'config.py'
        path.write_text(text)
        assert Config.fromfile(path)


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """A folder with what the programs name."""
    folder = tmp_path_factory.mktemp('programs')
    config, checkpoint = write_recognizer(
        folder, dataset_meta=dict(classes=list('abcdef'))
    )
    config.dump(folder / 'my.py')
    weights = (folder / checkpoint).read_bytes()
    (folder / 'work_dirs' / 'my').mkdir(parents=True)
    for name in ('work_dirs/my/iter_330.pth', 'iter_330.pth', 'my.pth'):
        (folder / name).write_bytes(weights)
    fitted = folder / 'work_dirs' / 'fit' / 'clips'
    fitted.mkdir(parents=True)
    published = publish(
        str(folder / checkpoint),
        fitted / 'model.pth',
        config=pack_config(config),
    )
    published.path.rename(fitted / 'model-HASH.pth')
    write_video(folder / 'video.mp4', frames=72)
    write_video(folder / 'lecture.mp4', frames=96)
    return folder


@pytest.mark.parametrize(('name', 'number'), PROGRAMS)
def test_programs_run(name, number, folder, monkeypatch):
    monkeypatch.chdir(folder)
    text = snippets_of(ROOT / name, 'python')[number]
    frames = np.zeros((20, 48, 64, 3), np.uint8)
    names = dict(frames=frames, frame=frames[0], time=0.0)
    exec(compile(text, name, 'exec'), names)
    done = SimpleNamespace(**names)
    if 'scores' in names:
        assert done.scores.shape == (6,)
    if 'timeline' in names:
        assert done.timeline.scores.shape[1] == 6
        assert (folder / 'lecture.html').stat().st_size > 1000
    if 'prediction' in names:
        assert done.prediction is None  # the first frame of many
    if 'found' in names:
        assert len(done.found.classes) == 3
