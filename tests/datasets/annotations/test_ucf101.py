import pytest

from stnet_mm.datasets.annotations import Clip, read_ucf101
from stnet_mm.errors import StNetInputError

from .trees import counts, make_tree, noted, write_lists_of

CLASSES = '1 ApplyEyeMakeup\r\n2 HandstandPushups\r\n'
TRAIN = (
    'ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\r\n'
    'ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c02.avi 1\r\n'
    'HandstandPushups/v_HandStandPushups_g08_c01.avi 2\r\n'
)
TEST = (
    'ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi\r\n'
    'HandstandPushups/v_HandStandPushups_g01_c01.avi\r\n'
)
FILES = [line.split()[0] for line in (TRAIN + TEST).splitlines()]


@pytest.fixture
def lists(tmp_path):
    return write_lists_of(
        tmp_path / 'lists',
        classInd_txt=CLASSES,
        trainlist01_txt=TRAIN,
        testlist01_txt=TEST,
        trainlist02_txt=TRAIN[: TRAIN.index('Hand')],
        testlist02_txt=TEST,
    )


def test_official_splits(lists, tmp_path):
    videos = make_tree(tmp_path / 'UCF-101', *FILES)
    found = read_ucf101(lists, videos)
    assert counts(found) == {
        ('train', 'ApplyEyeMakeup'): 2,
        ('train', 'HandstandPushups'): 1,
        ('test', 'ApplyEyeMakeup'): 1,
        ('test', 'HandstandPushups'): 1,
    }
    assert found.classes == ['ApplyEyeMakeup', 'HandstandPushups']
    assert found.clips[1] == Clip(
        FILES[1], 'ApplyEyeMakeup', 'train', 'v_ApplyEyeMakeup_g08'
    )
    assert found.notes == []
    second = read_ucf101(lists, videos, split=2)
    assert counts(second)['train', 'ApplyEyeMakeup'] == 2
    assert noted(second) == {'not listed': [FILES[2]]}


def test_folders_of_frames_in_one_folder(lists, tmp_path):
    frames = [f'{f.split("/")[1][:-4]}/img_00001.jpg' for f in FILES[:4]]
    found = read_ucf101(lists, make_tree(tmp_path / 'frames', *frames))
    assert [clip.path for clip in found.clips] == [
        frame.split('/')[0] for frame in frames
    ]
    assert noted(found) == {'not on the disk': ['v_HandStandPushups_g01_c01']}


@pytest.mark.parametrize(
    ('name', 'text', 'message'),
    [
        ('classInd.txt', '1 A\n3 B\n', "line 2: '3 B' is not the number 2"),
        ('trainlist01.txt', 'A/v_A_g01_c01.avi 1', "line 1: 'A/v_A_g01"),
        ('testlist01.txt', 'ApplyEyeMakeup/x.avi', 'is not a clip of UCF101'),
        ('testlist01.txt', None, 'testlist01.txt: there is no such file'),
    ],
)
def test_bad_lists(lists, name, text, message):
    if text is None:
        (lists / name).unlink()
    else:
        (lists / name).write_text(text)
    with pytest.raises(StNetInputError, match=message):
        read_ucf101(lists)


def test_wrong_folders_of_videos(lists, tmp_path):
    with pytest.raises(StNetInputError, match='none of the 5 clips listed'):
        read_ucf101(lists)
    with pytest.raises(StNetInputError, match='no such folder of videos'):
        read_ucf101(lists, tmp_path / 'none')
