"""The clips of a fit."""

import pytest

from stnet_mm.datasets.annotations import ClipCheck
from stnet_mm.errors import StNetInputError
from stnet_mm.fit import FitOptions, clips
from stnet_mm.fit.clips import prepare_lists, read_sources
from stnet_mm.fit.folder import FitFolder


@pytest.fixture
def check(monkeypatch):
    """A check that opens no clip, and finds those called bad unreadable."""

    def check(found, root, *_):
        paths = [clip.path for clip in found]
        bad = dict.fromkeys((p for p in paths if 'bad' in p), 'damaged')
        numbers = dict.fromkeys(paths, 9)
        return ClipCheck(numbers, {p: p for p in paths}, bad, [], 7, [])

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
    found = read_sources(options, root / 'out')
    return prepare_lists(found, options, FitFolder(root / 'out', options))


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


def test_a_class_that_is_not_trained_on(tmp_path, check):
    source = write(tmp_path, 'train', 'test')
    clip = tmp_path / 'clips' / 'test' / 'c' / 'clip.mp4'
    clip.parent.mkdir()
    clip.touch()
    message = "the class 'c' has clips to test on, such as test/c/clip.mp4"
    with pytest.raises(StNetInputError, match=message):
        prepare(tmp_path, source)
    bad = tmp_path / 'clips' / 'train' / 'c' / 'bad.mp4'
    bad.parent.mkdir()
    bad.touch()
    read_sources(FitOptions(source), tmp_path / 'out')
    with pytest.raises(StNetInputError, match=message):
        prepare(tmp_path, source)


def test_groups_of_clips_to_test_on_elsewhere(tmp_path, check):
    source = write(tmp_path, '.', name='person1')
    options = dict(val=f'{tmp_path}/person9/clips', group_by=r'person(\d)')
    write(tmp_path / 'person9', '.', name='person1')
    with pytest.raises(StNetInputError, match="the group '1', but of diff"):
        prepare(tmp_path, source, **options)
    write(tmp_path / 'person8', '.', name='person2')
    options['val'] = f'{tmp_path}/person8/clips'
    splits = prepare(tmp_path, source, **options).splits
    assert [clip.group for clip in splits['test']] == ['2', '2']


@pytest.mark.parametrize('name', ['videos', 'labels'])
def test_options_for_lists(tmp_path, name):
    source = write(tmp_path, '.')
    with pytest.raises(StNetInputError, match=f'--{name} is for lists'):
        read_sources(FitOptions(source, **{name: 'gone'}), tmp_path)
