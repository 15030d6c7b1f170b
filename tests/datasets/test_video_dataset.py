"""StNetVideoDataset: what it reads of lists of videos."""

import pytest
from mmaction.registry import DATASETS

from stnet_mm.errors import StNetInputError


def dataset(ann_file, **kwargs):
    return DATASETS.build(
        dict(
            type='StNetVideoDataset',
            ann_file=str(ann_file),
            pipeline=[],
            **kwargs,
        )
    )


def test_annotations(tmp_path):
    path = tmp_path / 'list.txt'
    path.write_text('a.mp4 0\nb.mp4 1\n')
    data = dataset(path, data_prefix=dict(video='root'))
    assert [data[i]['filename'] for i in range(2)] == [
        'root/a.mp4',
        'root/b.mp4',
    ]
    assert data[1]['label'] == 1
    path.write_text('a b.mp4, 1\n')
    data = dataset(path, delimiter=',')
    assert (data[0]['filename'], data[0]['label']) == ('a b.mp4', 1)
    path.write_text('a.mp4 0 2\n')
    several = dataset(path, multi_class=True, num_classes=3)
    assert several[0]['label'].tolist() == [1, 0, 1]


@pytest.mark.parametrize('test_mode', [False, True])
def test_paths_with_spaces(tmp_path, test_mode):
    path = tmp_path / 'list.txt'
    names = ['my clip 2.mp4', 'ビデオ 🎬/a.mp4', 'take 2/frames', 'x.mp4 ']
    path.write_text(
        ''.join(f'{name} {label}\n' for label, name in enumerate(names)),
        encoding='utf-8',
    )
    data = dataset(path, test_mode=test_mode)
    for label, name in enumerate(names):
        assert data[label]['filename'] == name.strip()
        assert data[label]['label'] == label


def test_without_labels(tmp_path):
    path = tmp_path / 'list.txt'
    path.write_text('a.mp4\nmy clip 2.mp4\n\n')
    data = dataset(path, test_mode=True)
    assert [(data[i]['filename'], data[i]['label']) for i in range(2)] == [
        ('a.mp4', -1),
        ('my clip 2.mp4', -1),
    ]
    path.write_text('a.mp4 1\nmy clip 2.mp4\nb c.mp4 1\n')
    with pytest.raises(StNetInputError, match="line 2: '2.mp4' is not a"):
        dataset(path, test_mode=True)


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        (None, 'no such annotation file'),
        ('', 'is empty'),
        ('\n\n', 'is empty'),
        ('a.mp4 0\nb.mp4\n', 'line 2'),
        ('a.mp4 0\n\nb.mp4\n', 'line 3'),
        ('a b.mp4\n', "'b.mp4' is not a label"),
        ('a.mp4 walk\n', "'walk' is not a label"),
        ('a.mp4 ²\n', "'²' is not a label"),
        ('a.mp4 2\n', 'beyond the 2 classes'),
    ],
)
def test_bad_annotations(tmp_path, text, message):
    path = tmp_path / 'list.txt'
    if text is not None:
        path.write_text(text)
    with pytest.raises(StNetInputError, match=message) as error:
        dataset(path, metainfo=dict(classes=['x', 'y']))
    assert str(path) in str(error.value)
