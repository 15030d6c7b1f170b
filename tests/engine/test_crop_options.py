import pytest
from mmaction.datasets.transforms import TenCrop
from mmengine.config import Config

from stnet_mm.engine.crop_options import set_crops
from stnet_mm.errors import StNetInputError


def config(model='StNetRecognizer', test_cfg=None, steps=(), join=False):
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(type='StNetVideoDecode', short_side=36),
        *steps,
        dict(type='FormatShape', input_format='NCHW'),
    ]
    dataset = dict(pipeline=pipeline)
    if join:
        dataset = dict(type='ConcatDataset', datasets=[dataset])
    cfg = dict(model=dict(type=model), test_dataloader=dict(dataset=dataset))
    if test_cfg is not None:
        cfg['model']['test_cfg'] = test_cfg
    return Config(cfg)


@pytest.mark.parametrize(
    ('before', 'options', 'after'),
    [
        (None, ('ten', 32), dict(crops='ten', crop_size=32)),
        ({}, ('center', 36), dict(crops='center', crop_size=36)),
        ({}, ('three', 36), dict(crops='three', crop_size=36)),
        (
            dict(crops='center', crop_size=36, views_per_chunk=2),
            ('ten', 32),
            dict(crops='ten', crop_size=32, views_per_chunk=2),
        ),
        (
            dict(crops='ten', crop_size=32),
            ('centre', None),
            dict(crops='center', crop_size=32),
        ),
        (
            dict(crops='ten', crop_size=32),
            (None, 24),
            dict(crops='ten', crop_size=24),
        ),
    ],
)
def test_options_change_test_cfg(before, options, after):
    cfg = config(test_cfg=before)
    set_crops(cfg, *options)
    assert cfg.model.test_cfg == after


@pytest.mark.parametrize(
    ('cfg', 'options', 'message'),
    [
        (dict(model='Recognizer2D'), ('ten', 32), 'Recognizer2D makes no'),
        (dict(model='Unknown'), ('ten', 32), 'Unknown makes no crops'),
        ({}, ('three', 32), 'three crops of 32 pixels do not fill .* of 36'),
        (
            dict(steps=[dict(type='CenterCrop', crop_size=32)]),
            ('ten', 32),
            r'crops already \(CenterCrop\)',
        ),
        (
            dict(steps=[dict(type='mmaction.TenCrop', crop_size=32)]),
            ('center', 32),
            r'crops already \(mmaction.TenCrop\)',
        ),
        (
            dict(steps=[dict(type=TenCrop, crop_size=32)]),
            ('center', 32),
            r'crops already \(.*TenCrop',
        ),
        (
            dict(join=True, steps=[dict(type='TenCrop', crop_size=32)]),
            ('ten', 32),
            r'crops already \(TenCrop\)',
        ),
        (dict(join=True), ('three', 32), 'three crops of 32 pixels'),
        ({}, ('ten', None), 'needs test_cfg.crop_size'),
        ({}, (None, 32), '--crop-size needs --crops'),
        ({}, ('ten', 0), 'needs test_cfg.crop_size'),
        ({}, ('five', 32), "unknown test_cfg.crops 'five'"),
        ({}, ('ten', 37), 'of 37 pixels .* short side of 36'),
    ],
)
def test_wrong_options(cfg, options, message):
    cfg = config(**cfg)
    before = cfg.to_dict()
    with pytest.raises(StNetInputError, match=message):
        set_crops(cfg, *options)
    assert cfg.to_dict() == before
