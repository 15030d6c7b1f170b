"""The contract follows from the config that a model is tested with."""

from __future__ import annotations

import copy

import pytest
from mmengine.config import Config

from stnet_mm.errors import StNetInputError
from stnet_mm.export.exported_network import check_exportable
from stnet_mm.export.make_contract import make_contract, read_figures

from ..models.tiny import tiny_recognizer

PIPELINE = [
    dict(type='StNetVideoInit', decoder='pyav'),
    dict(type='StNetSampleFrames', clip_len=3, num_clips=7, test_mode=True),
    dict(type='StNetVideoDecode', short_side=40),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]


def config(pipeline: list, **test_cfg) -> Config:
    return Config(
        dict(
            model=dict(type='StNetRecognizer', test_cfg=test_cfg),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )


def changed(name: str, **settings) -> list:
    return [
        {**step, **settings} if step['type'] == name else step
        for step in copy.deepcopy(PIPELINE)
    ]


def test_contract():
    model = tiny_recognizer()
    cfg = config(PIPELINE, crops='ten', crop_size=32)
    contract = make_contract(cfg, model, 'abcdef', figures={'a': 1.0})
    assert contract.classes == (*'abcdef',)
    assert (contract.num_segments, contract.num_frames) == (7, 3)
    assert (contract.crops, contract.crop_size) == ('ten', (32, 32))
    assert (contract.short_side, contract.center) == (40, 'clip')
    assert contract.scores == 'softmax'
    assert contract.figures == {'a': 1.0}
    assert make_contract(cfg, model, 'abcdef', 25).num_segments == 25
    # The pipeline may crop instead, and sample as the authors' mp4 files.
    pipeline = changed('StNetSampleFrames', center='first_frame')
    pipeline.insert(3, dict(type='CenterCrop', crop_size=32))
    contract = make_contract(config(pipeline), model, 'abcdef')
    assert (contract.crops, contract.center) == ('center', 'first_frame')
    several = tiny_recognizer(
        multi_class=True, loss_cls=dict(type='BCELossWithLogits')
    )
    assert make_contract(cfg, several, 'abcdef').scores == 'sigmoid'
    logits = tiny_recognizer(average_clips='score')
    assert make_contract(cfg, logits, 'abcdef').scores == 'logits'


@pytest.mark.parametrize(
    ('pipeline', 'hint'),
    [
        ([*PIPELINE, dict(type='ColorJitter')], 'has a step ColorJitter'),
        (changed('StNetSampleFrames', type='SampleFrames'), 'SampleFrames'),
        (PIPELINE[:1] + PIPELINE[2:], 'has no StNetSampleFrames'),
        (changed('StNetVideoDecode', keep_ratio=False), 'keep_ratio=False'),
        (PIPELINE, 'give --crops and --crop-size'),
    ],
)
def test_what_cannot_travel(pipeline, hint):
    with pytest.raises(StNetInputError, match=hint):
        make_contract(config(pipeline), tiny_recognizer(), 'abcdef')


def test_one_crop_of_one_clip():
    model = tiny_recognizer()
    pipeline = [*PIPELINE]
    pipeline.insert(3, dict(type='CenterCrop', crop_size=32))
    # All of the crop.
    cfg = config(pipeline, crops='center', crop_size=32)
    assert make_contract(cfg, model, 'abcdef').crop_size == (32, 32)
    for test_cfg in (
        dict(crops='center', crop_size=24),
        dict(crops='ten', crop_size=32),
    ):
        with pytest.raises(StNetInputError, match='cropped twice .* by Cent'):
            make_contract(config(pipeline, **test_cfg), model, 'abcdef')
    cfg = config(changed('StNetSampleFrames', clip_len=6), crops='ten')
    with pytest.raises(StNetInputError, match='clip_len=6, and .*frames=3'):
        make_contract(cfg, model, 'abcdef')


def test_what_cannot_be_exported():
    with pytest.raises(StNetInputError, match='average_clips=None'):
        check_exportable(tiny_recognizer(average_clips=None))
    with pytest.raises(
        StNetInputError, match='TXBHead: only a StNetRecognizer'
    ):
        check_exportable(tiny_recognizer().cls_head)


def test_figures(tmp_path):
    path = tmp_path / 'test.json'
    path.write_text('{"acc/top1": 0.5}')
    assert read_figures(path) == {'acc/top1': 0.5}
    for text in ('{"acc', '[1]', '{"acc/top1": "high"}'):
        path.write_text(text)
        with pytest.raises(StNetInputError, match='test.json holds no fig'):
            read_figures(path)
