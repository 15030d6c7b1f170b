"""Every kind of recognizer, and every kind of trunk, can be explained."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.apis import VideoClassifier
from stnet_mm.explain import VideoExplainer

from ..models.image_networks import FAMILIES
from .wired import write_patches

ROOT = Path(__file__).parents[2]
STUDY = ROOT / 'projects' / 'ordered_actions_study' / 'configs'
# Whether the contributions are exact, and whether they are all but the bias.
NETWORKS = {
    'stnet': (True, False),
    'tmb-max': (True, True),
    'tsn': (True, True),
    'tsm': (True, True),
    'c3d': (True, True),
    'p3d': (True, True),
    'lstm-2-mean': (False, False),
    'lrcn-gru': (False, False),
}


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp('video') / 'patches.mkv'
    write_patches(path)
    return path


def classifier(cfg, folder):
    """A classifier with random weights."""
    init_default_scope('mmaction')
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias)
    torch.save(dict(state_dict=model.state_dict()), folder / 'weights.pth')
    return VideoClassifier(cfg, str(folder / 'weights.pth'), 'cpu')


@pytest.mark.parametrize('name', NETWORKS)
def test_networks_of_the_study(name, tmp_path, video):
    (path,) = STUDY.glob(f'{name}_*.py')
    cfg = Config.fromfile(path)
    pipeline = cfg.test_dataloader.dataset.pipeline
    pipeline[0] = dict(type='StNetVideoInit')
    (decode,) = (s for s in pipeline if s['type'] == 'StNetCachedVideoDecode')
    decode['type'] = 'StNetVideoDecode'
    classify = classifier(cfg, tmp_path)
    found = VideoExplainer(classify)(video, 2)
    scores = classify(str(video)).sort(descending=True)
    assert [c.label for c in found.classes] == scores.indices[:2].tolist()
    exact, all_but_bias = NETWORKS[name]
    assert found.exact == exact
    height, width = found.images[0].picture.shape[:2]
    for explained, score in zip(found.classes, scores.values.tolist()):
        assert explained.score == pytest.approx(score, abs=1e-4)
        assert explained.maps.shape == (len(found.images), height, width)
        assert 0 <= explained.maps.min() <= explained.maps.max() <= 1
        if all_but_bias:
            bias = classify.model.cls_head.fc_cls.bias.detach()[
                explained.label
            ]
            total = explained.gradient_input.sum() + float(bias)
            assert total == pytest.approx(explained.logit, rel=1e-3)


@pytest.mark.parametrize('family', FAMILIES)
def test_every_trunk(family, tmp_path, video):
    trunk, size = FAMILIES[family]
    pytest.importorskip(trunk['type'].rpartition('.')[0] or 'mmaction')
    backbone = dict(type='StNet', trunk=trunk, num_frames=2)
    channels = MODELS.build(backbone).out_channels
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(
            type='StNetSampleFrames', clip_len=2, num_clips=3, test_mode=True
        ),
        dict(type='StNetVideoDecode', short_side=size),
        dict(type='CenterCrop', crop_size=size),
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs'),
    ]
    head = dict(type='TXBHead', num_classes=3, in_channels=channels)
    cfg = Config(
        dict(
            default_scope='mmaction',
            model=dict(
                type='StNetRecognizer', backbone=backbone, cls_head=head
            ),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
    explain = VideoExplainer(classifier(cfg, tmp_path))
    (explained,) = explain(video).classes
    assert explained.maps.max() in (0, 1)
    bias = explain.classify.model.cls_head.fc_cls.bias.detach()[
        explained.label
    ]
    total = explained.head_contributions.sum() + float(bias)
    assert total == pytest.approx(explained.logit, rel=1e-3, abs=1e-3)
    # Maps can be made of every stage.
    names = [layer.name for layer in explain.layers(video)]
    stages = explain.classify.model.backbone.stage_names
    for stage in stages:
        assert f'backbone.{stage}' in names
    VideoExplainer(explain.classify, f'backbone.{stages[0]}')(video)
