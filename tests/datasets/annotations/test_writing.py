import builtins
import errno

import pytest

from stnet_mm.datasets.annotations import Clip, write_lists
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.class_names import read_class_names

from ..test_video_dataset import dataset

CLASSES = ['wave hand', '跳ぶ', '🎬']
SPLITS = {
    'train': [Clip('my clips/a 1.mp4', '🎬'), Clip('跳ぶ/b.mp4', '跳ぶ')],
    'test': [Clip('/elsewhere/c d.mp4', 'wave hand')],
}


def contents(folder):
    return {path.name: path.read_text('utf-8') for path in folder.iterdir()}


def test_the_data_set_reads_what_is_written(tmp_path):
    out = tmp_path / 'new' / 'lists'
    write_lists(out, {**SPLITS, 'val': []}, CLASSES)
    assert contents(out) == {
        'classes.txt': 'wave hand\n跳ぶ\n🎬\n',
        'train.txt': 'my clips/a 1.mp4 2\n跳ぶ/b.mp4 1\n',
        'test.txt': '/elsewhere/c d.mp4 0\n',
    }
    assert read_class_names(out / 'classes.txt') == CLASSES
    root = dict(video='root')
    data = dataset(out / 'train.txt', data_prefix=root)
    assert [(data[i]['filename'], data[i]['label']) for i in range(2)] == [
        ('root/my clips/a 1.mp4', 2),
        ('root/跳ぶ/b.mp4', 1),
    ]
    data = dataset(out / 'test.txt', data_prefix=root, test_mode=True)
    assert data[0]['filename'] == '/elsewhere/c d.mp4'


def test_other_lists_are_kept_unless_told(tmp_path):
    write_lists(tmp_path, SPLITS, CLASSES)
    write_lists(tmp_path, SPLITS, CLASSES)  # they are the same
    before = contents(tmp_path)
    fewer = {'train': SPLITS['train']}
    with pytest.raises(StNetInputError, match='test.txt is there already'):
        write_lists(tmp_path, fewer, CLASSES)
    other = {**SPLITS, 'train': SPLITS['train'][:1]}
    with pytest.raises(StNetInputError, match='train.txt is there already'):
        write_lists(tmp_path, other, CLASSES)
    assert contents(tmp_path) == before
    write_lists(tmp_path, fewer, CLASSES, overwrite=True)
    # A list of earlier splits would share clips with these.
    assert contents(tmp_path).keys() == {'classes.txt', 'train.txt'}


@pytest.mark.parametrize(
    ('splits', 'classes', 'message'),
    [
        (SPLITS, ['wave\nhand', '跳ぶ', '🎬'], r"'wave\\nhand' cannot stand"),
        (SPLITS, [' ', '跳ぶ', '🎬'], "' ' cannot stand"),
        ({'train': [Clip('a\n.mp4', '🎬')]}, CLASSES, r"'a\\n.mp4' cannot"),
        ({'train': [Clip('a.mp4', 'run')]}, CLASSES, "a.mp4: its class 'run'"),
        ({'dev': []}, CLASSES, "unknown split 'dev': choose one of 'train'"),
    ],
)
def test_names_that_cannot_stand_in_lists(tmp_path, splits, classes, message):
    with pytest.raises(StNetInputError, match=message):
        write_lists(tmp_path, splits, classes)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize('number', [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_disks_that_cannot_be_written(tmp_path, monkeypatch, number):
    def fail(*args, **kwargs):
        raise OSError(number, 'the reason')

    monkeypatch.setattr(builtins, 'open', fail)
    with pytest.raises(
        StNetInputError, match=r'classes.txt cannot be written \(the reason\)'
    ):
        write_lists(tmp_path, SPLITS, CLASSES)
    monkeypatch.undo()
    assert contents(tmp_path) == {}


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / 'file').touch()
    with pytest.raises(StNetInputError, match='classes.txt cannot be written'):
        write_lists(tmp_path / 'file', SPLITS, CLASSES)
