import pytest

from stnet_mm.datasets.annotations import Clip, read_kinetics
from stnet_mm.errors import StNetInputError

from .trees import counts, make_tree, noted, write_lists_of

TITLES = 'label,youtube_id,time_start,time_end,split,is_cc\n'
TRAIN = TITLES + (
    'testifying,---QUuC4vJs,84,94,train,0\n'
    'eating spaghetti,--3ouPhoy2A,20,30,train,0\n'
    '"dribbling, basketball",--4-0ihtnBU,58,68,train,0\n'
    'testifying,--gone,1000,1010,train,0\n'
)
VALIDATE = TITLES.replace(',is_cc', '') + 'testifying,-3B32lodo2M,59,69,val\n'
FILES = (
    '---QUuC4vJs_000084_000094.mp4',
    '--3ouPhoy2A_000020_000030.mp4',
    '--4-0ihtnBU_000058_000068.mp4',
    '-3B32lodo2M_000059_000069.mkv',
)


def test_lists_and_one_folder_of_clips(tmp_path):
    lists = write_lists_of(
        tmp_path / 'lists',
        train_csv=TRAIN,
        validate_csv=VALIDATE,
        test_csv='youtube_id,time_start,time_end,split\nx,0,10,test\n',
    )
    videos = make_tree(tmp_path / 'videos', *FILES, 'other.mp4')
    found = read_kinetics(lists, videos)
    assert found.root == videos
    assert counts(found) == {
        ('train', 'testifying'): 1,
        ('train', 'eating spaghetti'): 1,
        ('train', 'dribbling, basketball'): 1,
        ('val', 'testifying'): 1,
    }
    assert found.clips[3] == Clip(FILES[3], 'testifying', 'val')
    assert found.classes == [
        *('dribbling, basketball', 'eating spaghetti', 'testifying'),
    ]
    assert noted(found) == {
        'no list of Kinetics': ['test.csv'],
        'not on the disk': ['--gone_001000_001010'],
        'not listed': ['other.mp4'],
    }


def test_a_folder_per_class(tmp_path):
    lists = write_lists_of(tmp_path, kinetics_train_csv=TRAIN)
    make_tree(
        tmp_path,
        f'train/testifying/{FILES[0]}',
        # MMAction2 has no spaces in names of folders.
        f'train/a_wrong_class/{FILES[1]}',
        f'train/eating_spaghetti/{FILES[1]}',
    )
    found = read_kinetics(lists / 'kinetics_train.csv')
    assert [clip.path for clip in found.clips] == [
        f'train/testifying/{FILES[0]}',
        f'train/eating_spaghetti/{FILES[1]}',
    ]
    # Labels are those of the whole data set.
    assert len(found.classes) == 3
    notes = noted(found)
    assert notes['classes without clips'] == ['dribbling, basketball']
    assert notes['not listed'] == [f'train/a_wrong_class/{FILES[1]}']


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('a,b\n', 'no list of Kinetics'),
        (TITLES + 'testifying,x,1\n', 'train.csv, line 2: not a row'),
        (TITLES + 'testifying,x,one,2,train,0\n', 'line 2'),
        (TITLES + 'testifying,x,1,2,dev2,0\n', 'line 2'),
        (TITLES + 'testifying,x,inf,2,train,0\n', 'line 2'),
        (TITLES + '"testifying,x,1,2,train,0\n' + 'x' * 2**17, 'not a row'),
        (TRAIN, 'none of the 4 clips listed is in this folder, such as'),
    ],
)
def test_bad_lists(tmp_path, text, message):
    write_lists_of(tmp_path, train_csv=text)
    with pytest.raises(StNetInputError, match=message):
        read_kinetics(tmp_path)
    with pytest.raises(StNetInputError, match='none: no list of Kinetics'):
        read_kinetics(tmp_path / 'none')
