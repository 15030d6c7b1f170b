import pytest

from stnet_mm.datasets.annotations import FORMATS, find_format, read_clips
from stnet_mm.errors import StNetInputError

from .test_jester import LISTS
from .test_kinetics import TRAIN
from .trees import make_tree, write_lists_of


@pytest.mark.parametrize(
    ('files', 'name'),
    [
        (dict(train_csv=TRAIN), 'kinetics'),
        (dict(classInd_txt=''), 'ucf101'),
        (dict(wave_test_split1_txt=''), 'hmdb51'),
        ({'something-something-v1-labels_csv': ''}, 'something-something'),
        (
            dict(labels_json='', train_json='', validation_json=''),
            'something-something',
        ),
        (LISTS, 'jester'),
        (dict(labels_json='', train_csv='a.mp4,b'), 'folder'),
        ({}, 'folder'),
    ],
)
def test_formats_are_found_out(tmp_path, files, name):
    write_lists_of(tmp_path, **files)
    make_tree(tmp_path, 'a/1.mp4')
    assert find_format(tmp_path) == name


def test_files(tmp_path):
    write_lists_of(tmp_path, a_csv=TRAIN, b_csv='a.mp4,x\n', c_txt='a.mp4 x\n')
    assert [find_format(tmp_path / f'{n}') for n in ('a.csv', 'b.csv')] == [
        *('kinetics', 'list'),
    ]
    assert find_format(tmp_path / 'c.txt') == 'list'
    with pytest.raises(StNetInputError, match='d.txt: there is no such file'):
        find_format(tmp_path / 'd.txt')


def test_options(tmp_path):
    make_tree(tmp_path, 'a/1.mp4', 'b/1.mp4')
    assert len(read_clips(tmp_path, 'folder', videos=None).clips) == 2
    with pytest.raises(StNetInputError, match='folder takes no videos'):
        read_clips(tmp_path, 'folder', videos=tmp_path)
    with pytest.raises(StNetInputError, match="unknown format 'rawframes'"):
        read_clips(tmp_path, 'rawframes')
    assert {'folder', 'list'} < {*FORMATS}
