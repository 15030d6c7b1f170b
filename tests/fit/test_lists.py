"""The lists that a fit goes on with."""

import shutil

import pytest

from stnet_mm.datasets.annotations import Clip
from stnet_mm.errors import StNetInputError
from stnet_mm.fit import FitOptions
from stnet_mm.fit.folder import FitFolder
from stnet_mm.fit.lists import keep_lists

CLASSES = ['a', 'b']
CLIPS = [Clip('a/1.mp4', 'a'), Clip('b/1.mp4', 'b')]
NEW = [Clip('a/2.mp4', 'a'), Clip('b/2.mp4', 'b')]
SPLITS = dict(train=CLIPS, test=NEW)
OTHERS = dict(train=NEW, test=CLIPS)
MESSAGE = 'out: the clips.* are others than .*choose another --out, or delete'


@pytest.fixture
def folder(tmp_path):
    folder = FitFolder(tmp_path / 'out', FitOptions('clips'))
    keep_lists(folder, SPLITS, CLASSES)
    return folder


def keep_others(folder):
    with pytest.raises(StNetInputError, match=MESSAGE) as raised:
        keep_lists(folder, OTHERS, CLASSES)
    assert 'overwritten' not in str(raised.value)


def test_the_same_clips_go_on(folder):
    text = (folder.lists / 'train.txt').read_text()
    folder.config.touch()
    keep_lists(folder, SPLITS, CLASSES)
    # Also where somebody tidied up.
    shutil.rmtree(folder.lists)
    keep_lists(folder, SPLITS, CLASSES)
    assert (folder.lists / 'train.txt').read_text() == text


@pytest.mark.parametrize('begun', [False, True])
def test_other_clips_are_refused(folder, begun):
    if begun:
        folder.config.touch()
    keep_others(folder)
    (folder.lists / 'train.txt').unlink()
    keep_others(folder)


@pytest.mark.parametrize('noted', [True, False])
@pytest.mark.parametrize('name', ['config', 'training'])
def test_without_lists_what_was_begun_does_not_go_on(folder, name, noted):
    getattr(folder, name).mkdir()
    shutil.rmtree(folder.lists)
    if not noted:  # as earlier versions
        folder.digest.unlink()
    keep_others(folder)
    assert not folder.lists.exists()


def test_before_anything_is_trained_the_lists_may_be_removed(folder):
    shutil.rmtree(folder.lists)
    keep_lists(folder, OTHERS, CLASSES)
    folder.config.touch()
    keep_lists(folder, OTHERS, CLASSES)


def test_a_fit_of_an_earlier_version_goes_on(folder):
    folder.config.touch()
    folder.digest.unlink()
    keep_lists(folder, SPLITS, CLASSES)
    assert folder.digest.exists()
