"""The lists that a fit goes on with."""

import hashlib
import json
import shutil

import pytest

from stnet_mm.datasets.annotations import Clip, list_texts
from stnet_mm.errors import StNetInputError
from stnet_mm.fit import FitOptions
from stnet_mm.fit.folder import FitFolder
from stnet_mm.fit.lists import keep_lists

CLASSES = ['a', 'b']
CLIPS = [Clip('a/1.mp4', 'a'), Clip('b/1.mp4', 'b')]
NEW = [Clip('a/2.mp4', 'a'), Clip('b/2.mp4', 'b')]
CONTENTS = {clip.path: f'content of {clip.path}' for clip in CLIPS + NEW}
SPLITS = dict(train=CLIPS, test=NEW)
OTHERS = dict(train=NEW, test=CLIPS)
MESSAGE = 'out: the clips.* are others than .*choose another --out, or delete'


@pytest.fixture
def folder(tmp_path):
    folder = FitFolder(tmp_path / 'out', FitOptions('clips'))
    keep_lists(folder, SPLITS, CLASSES, CONTENTS)
    return folder


def keep_others(folder):
    with pytest.raises(StNetInputError, match=MESSAGE) as raised:
        keep_lists(folder, OTHERS, CLASSES, CONTENTS)
    assert 'overwritten' not in str(raised.value)


def test_the_same_clips_go_on(folder):
    text = (folder.lists / 'train.txt').read_text()
    folder.config.touch()
    keep_lists(folder, SPLITS, CLASSES, CONTENTS)
    # Also where somebody tidied up.
    shutil.rmtree(folder.lists)
    keep_lists(folder, SPLITS, CLASSES, CONTENTS)
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
    keep_lists(folder, OTHERS, CLASSES, CONTENTS)
    folder.config.touch()
    keep_lists(folder, OTHERS, CLASSES, CONTENTS)


@pytest.mark.parametrize('noted', [False, True])
def test_a_fit_of_an_earlier_version_goes_on(folder, noted):
    folder.config.touch()
    new = folder.digest.read_text()
    folder.digest.unlink()
    if noted:  # without contents
        texts = json.dumps(list_texts(SPLITS, CLASSES), sort_keys=True)
        old = hashlib.sha256(texts.encode()).hexdigest()
        folder.digest.write_text(old)
    keep_lists(folder, SPLITS, CLASSES, CONTENTS)
    assert folder.digest.read_text() == new


def test_other_contents_are_refused(folder):
    one, other = CLIPS[0].path, NEW[0].path
    swapped = {**CONTENTS, one: CONTENTS[other], other: CONTENTS[one]}
    folder.config.touch()
    with pytest.raises(StNetInputError, match=MESSAGE):
        keep_lists(folder, SPLITS, CLASSES, swapped)
