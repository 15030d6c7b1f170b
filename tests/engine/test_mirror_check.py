import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from mmengine.config import Config

from stnet_mm.engine.input_check_hook import StNetInputCheckHook

ROOT = Path(__file__).resolve().parents[2]
OWN_DATA = ROOT / 'configs' / 'own_data' / 'stnet_own-data-rgb.py'
CROPS = dict(type='mmaction.TenCrop', crop_size=8)
MIRRORED = dict(type='Flip')
LEFT_TO_RIGHT = dict(type='Flip', flip_label_map={0: 1})


def warnings_of(cfg, caplog):
    caplog.clear()
    runner = SimpleNamespace(
        cfg=cfg,
        logger=logging.getLogger('mirror'),
        test_evaluator=SimpleNamespace(metrics=[]),
        test_dataloader=SimpleNamespace(dataset=[]),
    )
    StNetInputCheckHook().before_test(runner)
    return [r.message for r in caplog.records if 'mirrored' in r.message]


def loader(*steps, wrapper=None):
    dataset = dict(type='StNetVideoDataset', pipeline=[*steps])
    return dict(dataset=wrapper(dataset) if wrapper else dataset)


def repeated(dataset):
    return dict(type='RepeatDataset', times=2, dataset=dataset)


def joined(dataset):
    return dict(type='ConcatDataset', datasets=[dataset, dataset])


@pytest.mark.parametrize('crops', ['ten', 'three', None])
@pytest.mark.parametrize('wrapper', [None, repeated, joined])
@pytest.mark.parametrize(
    ('steps', 'mirrors'),
    [
        ([dict(type='Flip', flip_ratio=0)], False),
        ([LEFT_TO_RIGHT], False),
        ([dict(type='Flip', direction='vertical')], False),
        ([MIRRORED], True),
        ([LEFT_TO_RIGHT, MIRRORED], True),
        ([], True),  # another step may mirror
    ],
)
def test_ten_crops_of_clips_with_a_direction(
    crops, wrapper, steps, mirrors, caplog
):
    cfg = Config(
        dict(
            model=dict(type='StNetRecognizer', test_cfg=dict(crops=crops)),
            train_dataloader=loader(*steps, wrapper=wrapper),
            test_dataloader=loader(),
        )
    )
    found = warnings_of(cfg, caplog)
    assert len(found) == (crops == 'ten' and not mirrors)
    assert all('test with three crops or the center' in f for f in found)


def test_ten_crops_of_a_pipeline(caplog):
    cfg = Config(
        dict(
            model=dict(type='Recognizer2D', test_cfg=None),
            train_dataloader=loader(dict(type='Flip', flip_ratio=0)),
            test_dataloader=loader(CROPS, wrapper=repeated),
        )
    )
    assert len(warnings_of(cfg, caplog)) == 1
    cfg.train_dataloader = None
    assert warnings_of(cfg, caplog) == []


@pytest.mark.parametrize('mirror', [False, True])
def test_recipe(mirror, caplog):
    cfg = Config.fromfile(OWN_DATA)
    cfg.model.test_cfg.crops = 'ten'
    steps = cfg.train_dataloader.dataset.pipeline
    (flip,) = [step for step in steps if step['type'] == 'Flip']
    flip['flip_ratio'] = 0.5 if mirror else 0
    assert bool(warnings_of(cfg, caplog)) is not mirror
