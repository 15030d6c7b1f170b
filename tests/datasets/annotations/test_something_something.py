import json

import pytest

from stnet_mm.datasets.annotations import Clip, read_something_something
from stnet_mm.errors import StNetInputError

from .trees import counts, make_tree, noted, write_lists_of

CLASSES = ['Holding something next to something', 'Opening something']


def entry(number, template, *placeholders):
    label = template.replace('[something]', '{}').format(*placeholders)
    return dict(
        id=number,
        label=label.lower(),
        template=template,
        placeholders=[*placeholders],
    )


@pytest.fixture
def version_2(tmp_path):
    opening = entry('100904', 'Opening [something]', 'box')
    holding = entry(
        '78687', 'Holding [something] next to [something]', 'potato', 'bottle'
    )
    contents = dict(
        labels={CLASSES[1]: '1', CLASSES[0]: '0'},
        train=[holding, opening],
        validation=[{**opening, 'id': '69703'}],
        test=[{'id': '1420'}],
    )
    for name, content in contents.items():
        path = tmp_path / f'something-something-v2-{name}.json'
        path.write_text(json.dumps(content))
    return tmp_path


def test_version_2(version_2):
    make_tree(version_2 / 'v', '78687.webm', '100904.webm', '69703.webm')
    make_tree(version_2 / 'v', '1420.webm')
    found = read_something_something(version_2, version_2 / 'v')
    assert found.clips == [
        Clip('78687.webm', CLASSES[0], 'train'),
        Clip('100904.webm', CLASSES[1], 'train'),
        Clip('69703.webm', CLASSES[1], 'val'),
    ]
    assert found.classes == CLASSES
    assert noted(found) == {
        'not listed': ['1420.webm'],
        'list without labels': ['something-something-v2-test.json'],
    }


def test_version_1(tmp_path):
    lists = write_lists_of(
        tmp_path,
        **{
            'something-something-v1-labels_csv': '\n'.join(CLASSES) + '\n',
            'something-something-v1-train_csv': (
                f'100218;{CLASSES[1]}\n24413;{CLASSES[0]}\n'
            ),
            'something-something-v1-validation_csv': f'74225;{CLASSES[0]}\n',
            'something-something-v1-test_csv': '95921\n',
        },
    )
    frames = make_tree(
        tmp_path / '20bn-something-something-v1',
        *('100218/00001.jpg', '100218/00002.jpg', '74225/00001.jpg'),
        *('24413/00001.jpg', '24413/info.txt'),
    )
    found = read_something_something(lists, frames)
    assert counts(found) == {('train', CLASSES[1]): 1, ('val', CLASSES[0]): 1}
    assert found.classes == CLASSES
    assert noted(found) == {
        'not on the disk': ['24413'],
        'folder of images and others, so not of frames': ['24413'],
        'neither video nor frame': ['24413/info.txt'],
        'list without labels': ['something-something-v1-test.csv'],
    }


def test_bad_lists(version_2):
    path = version_2 / 'something-something-v2-train.json'
    good = path.read_text()
    for text, message in (
        ('[{"id": "1"}]', 'train.json: not a list of clips'),
        ('7', 'train.json: not a list of clips'),
        ('[', 'train.json is no JSON file'),
        (good.replace('Opening', 'Closing'), "label 'Closing something'"),
    ):
        path.write_text(text)
        with pytest.raises(StNetInputError, match=message):
            read_something_something(version_2)
    path.write_text(good)
    labels = version_2 / 'something-something-v2-labels.json'
    labels.write_text('{"a": "0", "b": "2"}')
    with pytest.raises(StNetInputError, match='does not number the classes'):
        read_something_something(version_2)
    labels.rename(version_2 / 'other.json')
    with pytest.raises(StNetInputError, match=r'one file \*labels.csv'):
        read_something_something(version_2)
