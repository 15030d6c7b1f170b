"""The true classes of videos."""

import pytest

from stnet_mm.datasets.truth import read_truth
from stnet_mm.errors import StNetInputError

NAMES = ('run', 'sit')


def test_paths(tmp_path):
    path = tmp_path / 'list.txt'
    path.write_text('a/1.mp4 0\n\nb/1.mp4 1\nwith space/2.mp4 1\n')
    truth = read_truth(path, NAMES)
    assert truth.find('/data/a/1.mp4') == ('run',)
    assert truth.find('/data/b/1.mp4') == ('sit',)
    assert truth.find('with space/2.mp4') == ('sit',)
    assert truth.find('/data/1.mp4') is None
    path.write_text('\ufeffpath,label\r\na/1.mp4,sit\r\n', encoding='utf-8')
    assert read_truth(path, NAMES).find('/data/a/1.mp4') == ('sit',)


def test_links(tmp_path):
    """They are listed under their own name, or that of the file."""
    for folder in ('a', 'store'):
        (tmp_path / folder).mkdir()
    (tmp_path / 'store' / '77.mp4').touch()
    (tmp_path / 'a' / '1.mp4').symlink_to(tmp_path / 'store' / '77.mp4')
    path = tmp_path / 'list.txt'
    for listed in ('a/1.mp4', 'store/77.mp4'):
        path.write_text(f'{listed} 1\n')
        truth = read_truth(path, NAMES)
        assert truth.find(tmp_path / 'a' / '1.mp4') == ('sit',)


@pytest.mark.parametrize('line', ['a/1.mp4', 'a/1.mp4 2', 'a/1.mp4 ran'])
def test_lines_that_are_refused(tmp_path, line):
    path = tmp_path / 'list.txt'
    path.write_text(line)
    with pytest.raises(StNetInputError, match=r'list\.txt, line 1: '):
        read_truth(path, NAMES)


def test_several_labels(tmp_path):
    path = tmp_path / 'list.txt'
    path.write_text('a.mp4 1 0\nb.mp4\nc.mp4 sit\n')
    truth = read_truth(path, NAMES, several=True)
    assert truth.find('a.mp4') == ('run', 'sit')
    assert truth.find('b.mp4') == ()
    assert truth.find('c.mp4') == ('sit',)
    assert truth.find('d.mp4') is None


def test_parts_of_a_video(tmp_path):
    path = tmp_path / 'list.csv'
    path.write_text('path,start,end,label\na.mp4,0,1,0\na.mp4,1,2,0\n')
    assert read_truth(path, NAMES).find('a.mp4') == ('run',)
    path.write_text('path,start,end,label\na.mp4,0,1,0\na.mp4,1,2,1\n')
    with pytest.raises(StNetInputError, match='a.mp4 is listed with diff'):
        read_truth(path, NAMES)
