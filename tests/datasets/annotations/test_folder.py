import os

import pytest

from stnet_mm.datasets.annotations import Clip, read_folder
from stnet_mm.errors import StNetInputError

from .trees import counts, make_tree, noted


def test_videos_at_any_depth(tmp_path):
    make_tree(
        tmp_path,
        *('walk/a.mp4', 'walk/deep/er/b.AVI', 'walk/take 2.webm'),
        *('歩く 🚶/c.mkv', '歩く 🚶/d.mov'),
    )
    found = read_folder(tmp_path)
    assert found.root == tmp_path
    assert found.classes == ['walk', '歩く 🚶']
    assert found.clips == [
        Clip('walk/a.mp4', 'walk'),
        Clip('walk/deep/er/b.AVI', 'walk'),
        Clip('walk/take 2.webm', 'walk'),
        Clip('歩く 🚶/c.mkv', '歩く 🚶'),
        Clip('歩く 🚶/d.mov', '歩く 🚶'),
    ]
    assert found.notes == []


def test_folders_of_frames_are_clips(tmp_path):
    make_tree(
        tmp_path,
        *('run/one/1.jpg', 'run/one/2.PNG', 'run/one/Thumbs.db'),
        *('run/two/1.jpg', 'run/two/info.txt'),
        *('run/three/1.jpg', 'run/three/more/1.jpg'),
        *('sit/1.webp', 'sit/2.webp'),
    )
    found = read_folder(tmp_path)
    assert [clip.path for clip in found.clips] == [
        *('run/one', 'run/three/more', 'sit'),
    ]
    assert noted(found) == {
        'hidden': ['run/one/Thumbs.db'],
        'neither video nor frame': ['run/two/info.txt'],
        'folder of images and others, so not of frames': [
            *('run/three', 'run/two'),
        ],
    }


def test_what_is_left_out_is_noted(tmp_path):
    make_tree(
        tmp_path,
        *('.git/a.mp4', '.cache.mp4', 'classes.txt', 'stray.mp4'),
        *('a/1.mp4', 'a/._1.mp4', 'a/.hidden/2.mp4', 'a/notes.md'),
        *('b/1.mp4', 'b/1.mp4.part'),
    )
    (tmp_path / 'b' / 'gone.mp4').symlink_to('nowhere.mp4')
    (tmp_path / 'b' / 'loop').symlink_to(tmp_path / 'b')
    found = read_folder(tmp_path)
    assert [clip.path for clip in found.clips] == ['a/1.mp4', 'b/1.mp4']
    assert noted(found) == {
        'hidden': ['.cache.mp4', '.git', 'a/._1.mp4', 'a/.hidden'],
        'neither video nor frame': [
            *('classes.txt', 'a/notes.md', 'b/1.mp4.part'),
        ],
        'in no class folder': ['stray.mp4'],
        'broken link': ['b/gone.mp4'],
        'another link to a folder of the tree': ['b/loop'],
    }
    (note,) = (n for n in found.notes if n.reason == 'hidden')
    assert str(note) == 'hidden (4): .cache.mp4, .git, a/._1.mp4, ...'


def test_links_to_class_folders(tmp_path):
    make_tree(tmp_path / 'disk', 'a/1.mp4')
    make_tree(tmp_path / 'data', 'b/1.mp4')
    (tmp_path / 'data' / 'a').symlink_to(tmp_path / 'disk' / 'a')
    found = read_folder(tmp_path / 'data')
    assert [clip.path for clip in found.clips] == ['a/1.mp4', 'b/1.mp4']


def test_folders_of_splits(tmp_path):
    make_tree(
        tmp_path,
        *('train/a/1.mp4', 'train/a/2.mp4', 'train/b/3.mp4'),
        *('validation/a/4.mp4', 'validation/stray.mp4', 'Test/b/5.mp4'),
    )
    found = read_folder(tmp_path)
    assert counts(found) == {
        ('train', 'a'): 2,
        ('train', 'b'): 1,
        ('val', 'a'): 1,
        ('test', 'b'): 1,
    }
    assert noted(found) == {'in no class folder': ['validation/stray.mp4']}
    make_tree(tmp_path, 'extra/b/6.mp4')
    with pytest.raises(StNetInputError, match='but extra has the name of no'):
        read_folder(tmp_path)


def test_classes_that_are_called_like_splits(tmp_path):
    make_tree(tmp_path, 'train/station/1.mp4', 'car/street/2.mp4')
    assert read_folder(tmp_path).classes == ['car', 'train']
    make_tree(tmp_path, 'car/station/3.mp4')
    with pytest.raises(StNetInputError, match='are classes, rename train'):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ('name', 'split'), [('dev', 'val'), ('Evaluation', 'test')]
)
def test_other_names_of_splits(tmp_path, name, split):
    make_tree(tmp_path, 'train/a/1.mp4', 'train/b/1.mp4', f'{name}/a/2.mp4')
    assert {clip.split for clip in read_folder(tmp_path).clips} == {
        *('train', split)
    }


@pytest.mark.parametrize(
    ('files', 'message'),
    [
        ([], 'no folders'),
        (['a.mp4'], 'no folders'),
        (['a/1.mp4', 'a/2.mp4'], "all clips are of the class 'a'"),
        (
            ['a/1.mp4', 'b/x.txt'],
            r'/b: no clips in this class folder, but files that end in \.txt:',
        ),
        (['a/x.txt', 'b/x.txt'], '/a and 1 others: no clips'),
        (['train/a/1.mp4', 'train/b/1.mp4', 'val/c/x'], '/val/c: no clips'),
        (['a/1.mp4', 'b /1.mp4'], "'b ' cannot stand in a line"),
        (['a/1.mp4', 'b/\u2028.mp4'], 'cannot stand in a line'),
        (['a/1.mp4', 'b\nc/1.mp4'], r"'b\\nc' cannot stand in a line"),
    ],
)
def test_bad_folders(tmp_path, files, message):
    make_tree(tmp_path, *files)
    with pytest.raises(StNetInputError, match=message) as error:
        read_folder(tmp_path)
    assert '\n' not in str(error.value)


def test_no_folder(tmp_path):
    make_tree(tmp_path, 'file')
    for name in ('file', 'missing'):
        with pytest.raises(StNetInputError, match=f'{name}: there is no such'):
            read_folder(tmp_path / name)


def test_names_that_are_not_utf8(tmp_path):
    make_tree(tmp_path, 'a/1.mp4', 'b/1.mp4')
    os.rename(tmp_path / 'b' / '1.mp4', os.fsencode(tmp_path) + b'/b/\xe9.mp4')
    with pytest.raises(StNetInputError, match='udce9.* is not UTF-8'):
        read_folder(tmp_path)
