from types import SimpleNamespace

import pytest
from mmengine.config import Config
from torch import nn

from stnet_mm.engine.pipeline_check import check_pipelines
from stnet_mm.errors import StNetInputError

from ..models.tiny import tiny_recognizer


def check(*steps, split='test', clip_len=3, test_cfg=None, model=None):
    """Check a pipeline whose frames have a short side of 36."""
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(type='StNetSampleFrames', clip_len=clip_len, num_clips=2),
        dict(type='mmaction.StNetVideoDecode', short_side=36),
        *steps,
    ]
    dataset = dict(type='ConcatDataset', datasets=[dict(pipeline=pipeline)])
    cfg = Config({f'{split}_dataloader': dict(dataset=dataset)})
    if model is None:
        model = tiny_recognizer()  # of N = 3
        model.test_cfg = test_cfg
    check_pipelines(cfg, model, ['train', 'val', 'test'])


TEN = dict(type='mmaction.TenCrop', crop_size=32)


@pytest.mark.parametrize('split', ['train', 'val', 'test'])
@pytest.mark.parametrize('clip_len', [1, 2, 4])
def test_clips_of_other_lengths(split, clip_len):
    with pytest.raises(
        StNetInputError, match=f'{split}_dataloader: clips of {clip_len} frame'
    ):
        check(split=split, clip_len=clip_len)
    check(split=split, clip_len=6)
    check(split=split, clip_len=clip_len, model=nn.Identity())


def test_data_that_are_built_already():
    loaders = dict(
        train_dataloader=[1],
        val_dataloader=dict(dataset=[1]),
        test_dataloader=None,
    )
    cfg = SimpleNamespace(get=loaders.get)
    check_pipelines(cfg, tiny_recognizer(), ['train', 'val', 'test'])


def test_views_that_would_be_segments():
    with pytest.raises(StNetInputError, match='10 crops.*num_segments'):
        check(TEN)
    check(TEN, test_cfg=dict(num_segments=2))
    check(dict(type='CenterCrop', crop_size=32))
    with pytest.raises(StNetInputError, match='cropped twice'):
        check(TEN, test_cfg=dict(num_segments=2, crops='ten', crop_size=32))
    # In training test_cfg does not matter, and validation may be cheaper.
    for split in ('train', 'val'):
        check(
            dict(type='CenterCrop', crop_size=36),
            split=split,
            test_cfg=dict(crops='ten', crop_size=32),
        )


@pytest.mark.parametrize(
    'steps',
    [
        [dict(type='CenterCrop', crop_size=37)],
        [dict(type='RandomCrop', size=37)],
        [dict(type='Resize', scale=(-1, 40)), dict(TEN, crop_size=41)],
        [
            dict(type='Resize', scale=(40, 50), keep_ratio=False),
            dict(type='CenterCrop', crop_size=(41, 45)),
        ],
        [
            dict(type='CenterCrop', crop_size=20),
            dict(type='CenterCrop', crop_size=24),
        ],
    ],
)
@pytest.mark.parametrize('split', ['train', 'val'])
def test_crops_larger_than_frames(split, steps):
    with pytest.raises(StNetInputError, match='does not fit into frames'):
        check(*steps, split=split, model=nn.Identity())


@pytest.mark.parametrize(
    'steps',
    [
        [dict(type='RandomCrop', size=36)],
        [
            dict(type='RandomResizedCrop'),
            dict(type='CenterCrop', crop_size=99),
        ],
        [dict(type='Resize', scale=2.0), dict(type='RandomCrop', size=64)],
        [
            dict(type='Resize', scale=(64, 64)),
            dict(type='CenterCrop', crop_size=64),
        ],
    ],
)
def test_crops_of_frames_of_unknown_size(steps):
    check(*steps, split='train')
