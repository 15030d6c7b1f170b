"""The clips of a fit."""

import pytest

from stnet_mm.datasets.annotations import ClipCheck
from stnet_mm.errors import StNetInputError
from stnet_mm.fit import FitOptions, clips
from stnet_mm.fit.clips import prepare_lists
from stnet_mm.fit.folder import FitFolder


@pytest.fixture
def check(monkeypatch):
    """A check that opens no clip, and finds those called bad unreadable."""

    def check(found, root, *_):
        paths = [clip.path for clip in found]
        bad = dict.fromkeys((p for p in paths if 'bad' in p), 'damaged')
        numbers = dict.fromkeys(paths, 9)
        return ClipCheck(numbers, {p: p for p in paths}, bad, [], [])

    monkeypatch.setattr(clips, 'check_clips', check)


@pytest.fixture
def unopened(monkeypatch):
    """Clips must not be opened."""
    monkeypatch.setattr(clips, 'check_clips', None)


def write(root, *splits, name='clip'):
    for split in splits:
        for label in 'ab':
            folder = root / 'clips' / split / label
            folder.mkdir(parents=True)
            (folder / f'{name}.mp4').touch()
    return str(root / 'clips')


def prepare(root, source, **options):
    options = FitOptions(source, **options)
    return prepare_lists(options, FitFolder(root / 'out', options))


def test_splits_without_clips_to_train_on(tmp_path, unopened):
    source = write(tmp_path, 'val', 'test')
    with pytest.raises(
        StNetInputError, match='no usable clips of the split train, only of '
    ):
        prepare(tmp_path, source)


def test_splits_without_clips_to_test_on(tmp_path, unopened):
    write(tmp_path, 'train')
    listed = tmp_path / 'clips' / 'list.csv'
    listed.write_text(
        'path,label,split\n'
        'train/a/clip.mp4,a,train\ntrain/b/clip.mp4,b,train\n'
    )
    with pytest.raises(
        StNetInputError, match='all usable clips are of the split train: mark'
    ):
        prepare(tmp_path, str(listed))


def test_none_left_to_test_on(tmp_path, check):
    write(tmp_path, 'train')
    source = write(tmp_path, 'test', name='bad')
    with pytest.raises(StNetInputError, match='all usable .* split train'):
        prepare(tmp_path, source)


def test_splits_that_serve(tmp_path, check):
    source = write(tmp_path, 'train', 'val')
    assert [*prepare(tmp_path, source).splits] == ['train', 'val']


def test_clips_that_are_split_by_chance(tmp_path, check):
    source = write(tmp_path, 'one')
    write(tmp_path, 'two')
    assert {*prepare(tmp_path, source).splits} >= {'train', 'test'}


def test_other_clips_than_before(tmp_path, check):
    source = write(tmp_path, 'train', 'test')
    prepare(tmp_path, source)
    (tmp_path / 'out' / 'config.py').touch()
    write(tmp_path, 'val')
    for _ in range(2):
        with pytest.raises(StNetInputError, match='are others than'):
            prepare(tmp_path, source)
        for path in (tmp_path / 'out' / 'lists').iterdir():
            path.unlink()
