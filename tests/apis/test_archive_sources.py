"""Which videos lists and folders stand for."""

import shutil

import pytest

from stnet_mm.apis.archive_sources import find_videos
from stnet_mm.errors import StNetInputError


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for path in (
        *('all/b.mp4', 'all/a.avi', 'all/more/c.MKV', 'all/notes.md'),
        *('all/frames/1.png', 'all/frames/2.png', 'all/cover.jpg'),
        *('single/1.png', 'single/2.png', 'single/notes.md'),
        *('beside/1.png', 'beside/masks/1.png', 'empty/notes.md'),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b'')
    monkeypatch.chdir(tmp_path)
    return tmp_path


ALL = ['all/a.avi', 'all/b.mp4', 'all/frames', 'all/more/c.MKV']


def test_folders(tree):
    assert find_videos(['all']) == ALL
    # As without an archive: one video of frames, or what is none.
    for folder in ('single', 'beside', 'empty'):
        assert find_videos([folder]) == [folder]
    shutil.rmtree(tree / 'all' / 'more')
    (tree / 'all' / 'a.avi').unlink()
    (tree / 'all' / 'b.mp4').unlink()
    (tree / 'all' / 'cover.jpg').unlink()
    assert find_videos(['all']) == ['all/frames']


def test_lists(tree):
    (tree / 'l.txt').write_text('all/b.mp4 1\nall/a.avi 0\n\nnone.mp4 2\n')
    (tree / 'all' / 'l.txt').write_text('b.mp4\nmore/c.MKV\nhttp://h/d.mp4\n')
    expected = ['all/b.mp4', 'all/a.avi', 'none.mp4']
    assert find_videos(['l.txt']) == expected
    # Each once, whoever names it.
    assert find_videos(['l.txt', 'none.mp4', 'all/l.txt', 'x.mp4']) == [
        *expected,
        *('all/more/c.MKV', 'http://h/d.mp4', 'x.mp4'),
    ]
    (tree / 'l.csv').write_text('path,label\nb.mp4,run\n')
    assert find_videos(['l.csv'], 'all') == ['all/b.mp4']


def test_wrong_lists(tree):
    with pytest.raises(StNetInputError, match='none.txt: there is no such'):
        find_videos(['none.txt'])
    (tree / 'l.csv').write_text('path,label,start,end\nall/b.mp4,1,0,2\n')
    with pytest.raises(StNetInputError, match='l.csv, line 2: a part of'):
        find_videos(['l.csv'])
