"""Data sets inside of MMEngine's wrappers, in every order."""

import gc
from collections import Counter
from itertools import product

import pytest
from mmaction.registry import DATASETS

from stnet_mm.compat import patch_class_balance
from stnet_mm.datasets.wrappers import inner_datasets

# Six videos of class 0, one of class 1, two of class 2.
LABELS = (0, 0, 0, 0, 0, 0, 1, 2, 2)


def joined(dataset):
    return dict(type='ConcatDataset', datasets=[dataset, dataset])


def repeated(dataset):
    return dict(type='RepeatDataset', times=2, dataset=dataset)


def balanced(dataset):
    # Below a third of the videos: sqrt(1 / 3 / (1 / 9)) = 1.7 rounds up to 2,
    # and so does sqrt(1 / 3 / (2 / 9)) = 1.2.
    return dict(
        type='ClassBalancedDataset', oversample_thr=1 / 3, dataset=dataset
    )


@pytest.fixture(params=['StNetVideoDataset', 'VideoDataset'])
def dataset(request, tmp_path, monkeypatch):
    """The config of a data set."""
    # Each would first collect the garbage of all tests before.
    monkeypatch.setattr(gc, 'collect', lambda: 0)
    path = tmp_path / 'list.txt'
    path.write_text(
        ''.join(f'{i}.mp4 {label}\n' for i, label in enumerate(LABELS))
    )
    return dict(
        type=f'mmaction.{request.param}', ann_file=str(path), pipeline=[]
    )


@pytest.mark.parametrize('count', [1, 2, 3])
def test_every_nesting(dataset, count):
    for wrappers in product((joined, repeated), repeat=count):
        settings = dataset
        for wrap in wrappers:
            settings = wrap(settings)
        for at in range(count + 1):
            settings = dataset
            for wrap in (*wrappers[:at], balanced, *wrappers[at:]):
                settings = wrap(settings)
            built = DATASETS.build(settings)
            infos = map(built.get_data_info, range(len(built)))
            times = 2**count
            assert Counter(info['label'] for info in infos) == {
                0: 6 * times,
                1: 2 * times,
                2: 4 * times,
            }
            assert {len(inner) for inner in inner_datasets(built)} == {9}


def test_balance_of_several_labels(dataset, tmp_path):
    path = tmp_path / 'several.txt'
    path.write_text('a.mp4 0\nb.mp4 0 1\nc.mp4 0\nd.mp4 0\n')
    dataset.update(ann_file=str(path), multi_class=True, num_classes=2)
    built = DATASETS.build(balanced(balanced(joined(dataset))))
    infos = map(built.get_data_info, range(len(built)))
    names = [info['filename'] for info in infos]
    assert names == ['a.mp4', 'b.mp4', 'b.mp4', 'c.mp4', 'd.mp4'] * 2


def test_the_patch_is_there_once():
    assert not patch_class_balance()
