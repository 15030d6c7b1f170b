import pytest

from stnet_mm.datasets.annotations import Clip, read_jester
from stnet_mm.errors import StNetInputError

from .trees import make_tree, noted, write_lists_of

# The official order is not that of the alphabet.
CLASSES = ['Swiping Left', 'Doing other things', 'Drumming Fingers']
LISTS = {
    'jester-v1-labels_csv': '\n'.join(CLASSES) + '\n',
    'jester-v1-train_csv': '34870;Drumming Fingers\n56557;Swiping Left\n',
    'jester-v1-validation_csv': '9223;Doing other things\n',
    'jester-v1-test_csv': '115887\n',
}


def test_lists_and_frames(tmp_path):
    lists = write_lists_of(tmp_path / 'lists', **LISTS)
    frames = make_tree(
        tmp_path / '20bn-jester-v1',
        *('34870/00001.jpg', '34870/00002.jpg', '56557/00001.jpg'),
        *('9223/00001.jpg', '115887/00001.jpg'),
    )
    found = read_jester(lists, frames)
    assert found.clips == [
        Clip('34870', 'Drumming Fingers', 'train'),
        Clip('56557', 'Swiping Left', 'train'),
        Clip('9223', 'Doing other things', 'val'),
    ]
    assert found.classes == CLASSES
    assert noted(found) == {
        'not listed': ['115887'],
        'list without labels': ['jester-v1-test.csv'],
    }


def test_bad_lists(tmp_path):
    write_lists_of(tmp_path, **LISTS)
    path = tmp_path / 'jester-v1-train.csv'
    for text, message in (
        ('34870;Drumming\n', "clip 34870 has the label 'Drumming'"),
        ('34870,Drumming Fingers\n', 'line 1.*not a number and a label'),
    ):
        path.write_text(text)
        with pytest.raises(StNetInputError, match=message):
            read_jester(tmp_path)
