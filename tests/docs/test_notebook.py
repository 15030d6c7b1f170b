"""docs/quickstart.ipynb runs from its first cell to its last."""

from __future__ import annotations

import base64
import os

import pytest

from .pages import NOTEBOOK, ROOT


@pytest.fixture(scope='module')
def notebook(tmp_path_factory):
    """The notebook with what its cells gave, run in a folder of its own."""
    pytest.importorskip('ipykernel')
    nbclient = pytest.importorskip('nbclient')
    nbformat = pytest.importorskip('nbformat')
    folder = tmp_path_factory.mktemp('notebook')
    (folder / 'docs').mkdir()
    for name in ('configs', 'tools'):
        (folder / name).symlink_to(ROOT / name)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=600,
        resources=dict(metadata=dict(path=str(folder / 'docs'))),
    )
    paths = filter(None, [str(ROOT), os.environ.get('PYTHONPATH')])
    client.execute(env=dict(os.environ, PYTHONPATH=os.pathsep.join(paths)))
    return notebook


def printed(notebook) -> str:
    """What the cells printed."""
    return ''.join(
        output.get('text', '')
        for cell in notebook.cells
        for output in cell.get('outputs', ())
    )


def test_it_learns(notebook):
    text = printed(notebook)
    assert text.count('loss: ') == 6
    share = text.partition('% of 24 clips are right')[0].split()[-1]
    assert int(share) > 80


def test_it_shows_a_map(notebook):
    (picture,) = (
        output['data']['image/png']
        for cell in notebook.cells
        for output in cell.get('outputs', ())
        if 'image/png' in output.get('data', {})
    )
    assert base64.b64decode(picture).startswith(b'\x89PNG')


def test_it_is_kept_without_results():
    text = NOTEBOOK.read_text(encoding='utf-8')
    assert '"outputs": []' in text
    assert 'image/png' not in text
