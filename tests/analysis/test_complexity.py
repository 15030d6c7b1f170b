from pathlib import Path

import mmaction
import pytest
import torch
from mmaction.datasets.transforms import TenCrop
from mmengine.config import Config
from torch import nn

from stnet_mm.analysis import (
    Setting,
    build_recognizer,
    count_complexity,
    setting_of,
)
from stnet_mm.errors import StNetInputError
from stnet_mm.models import SegmentHead, TemporalModelingBlock

from ..models.tiny import frames, tiny_backbone, tiny_recognizer

ROOT = Path(__file__).parents[2]
PEERS = Path(mmaction.__path__[0], '.mim', 'configs', 'recognition')
TINY = Setting(clip_len=3, num_clips=2, height=32, width=64)


def recipe(depth):
    name = f'stnet_imagenet-pretrained-r{depth}_8xb16-5x1x7-60e'
    return Config.fromfile(
        ROOT / 'configs' / 'stnet' / f'{name}_kinetics400-rgb.py'
    )


@pytest.fixture(scope='module')
def tiny():
    return tiny_recognizer().eval().to('meta')


def test_parts_against_formulas(tiny):
    counts = count_complexity(tiny, TINY)
    macs = {part.name: part.macs for part in counts.parts}
    # T x pixels x out x in x kernel
    assert macs['conv1'] == 2 * (16 * 32) * 8 * (3 * 3) * 7**2
    assert macs['temporal block after layer2'] == 2 * (4 * 8) * 16 * 16 * 3
    assert macs['temporal block after layer3'] == 2 * (2 * 4) * 32 * 32 * 3
    assert macs['temporal Xception block'] == 2 * (
        64 * 3 + 64 * 32 + 32 * 3 + 32 * 32 + 64 * 32
    )
    assert macs['classifier'] == 32 * 6
    assert sum(macs.values()) == counts.macs
    assert counts.shape == (1, 6, 3, 32, 64)
    numbers = [part.parameters for part in counts.parts]
    assert sum(numbers) == counts.parameters
    assert 'rest' not in macs


def test_clips_longer_than_a_super_image():
    """Every frame that the pipeline gives is counted."""
    single = tiny_recognizer(tiny_backbone(num_frames=1)).eval().to('meta')
    clips = count_complexity(single, TINY)
    frames = count_complexity(single, TINY._replace(clip_len=1, num_clips=6))
    assert clips.shape == (1, 6, 3, 32, 64)
    assert clips.macs == frames.macs


def test_total_against_the_sizes_of_outputs():
    model = tiny_recognizer().eval()
    macs = []

    def count(layer, args, output):
        # Every number of the output is a sum over one filter.
        macs.append(output.numel() * layer.weight[0].numel())

    def count_block(block, args, output):
        count(block.conv, args, output)

    for layer in model.modules():
        if isinstance(layer, TemporalModelingBlock):
            # It uses the weights of its convolution without calling it.
            layer.register_forward_hook(count_block)
        elif isinstance(layer, (nn.Conv1d, nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(count)
    with torch.no_grad():
        model(frames(1, 6), stage='head')
    total = sum(macs)
    setting = TINY._replace(width=32)
    assert count_complexity(model.to('meta'), setting).macs == total > 0


def test_counting_again(tiny):
    """Twice the segments cost twice as much; views are not in a view."""
    once = count_complexity(tiny, TINY)
    twice = count_complexity(tiny, TINY._replace(num_clips=4))
    for a, b in zip(once.parts, twice.parts):
        assert b.macs == a.macs * (1 if a.name == 'classifier' else 2)
    ten = count_complexity(tiny, TINY._replace(crops=10))
    assert ten == once._replace(views=10)
    # Nothing of counting stays in the network.
    assert not any(m._forward_hooks for m in tiny.modules())


@pytest.mark.parametrize(
    ('depth', 'parameters', 'expected'),
    [
        (
            50,
            33_158_864,
            {(7, 224): 40.6, (7, 256): 53.0, (25, 224): 144.9, (25, 256): 189},
        ),
        (101, 52_150_992, {(7, 224): 66.6, (7, 256): 86.9}),
    ],
)
def test_recipes(depth, parameters, expected):
    cfg = recipe(depth)
    model = build_recognizer(cfg.model)
    setting = setting_of(cfg.test_pipeline, cfg.model.test_cfg)
    for (segments, size), macs in expected.items():
        counts = count_complexity(
            model,
            setting._replace(num_clips=segments, height=size, width=size),
        )
        assert counts.macs / 1e9 == pytest.approx(macs, rel=0.01)
        assert counts.parameters == parameters


@pytest.mark.parametrize(
    ('config', 'shape', 'views', 'gigas'),
    [
        (
            'tsm/tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb',
            (1, 8, 3, 224, 224),
            10,
            32.7,
        ),
        (
            'slowonly/slowonly_r50_8xb16-8x8x1-256e_kinetics400-rgb',
            (1, 1, 3, 8, 256, 256),
            30,
            54.5,
        ),
        # Calls the parts of its two paths, not the paths themselves.
        (
            'slowfast/slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb',
            (1, 1, 3, 32, 256, 256),
            30,
            36.1,
        ),
        (
            'tpn/tpn-tsm_imagenet-pretrained-r50_8xb8-1x1x8-150e_sthv1-rgb',
            (1, 8, 3, 256, 256),
            6,
            53.9,
        ),
    ],
)
def test_networks_of_mmaction2(config, shape, views, gigas):
    cfg = Config.fromfile(PEERS / f'{config}.py')
    counts = count_complexity(
        build_recognizer(cfg.model),
        setting_of(cfg.test_dataloader.dataset.pipeline),
    )
    assert (counts.shape, counts.views) == (shape, views)
    assert counts.macs / 1e9 == pytest.approx(gigas, rel=0.01)
    assert sum(part.macs for part in counts.parts) == counts.macs
    assert all(part.name != 'rest' for part in counts.parts)


class TwoLayers(SegmentHead):
    """A head of a user that names one of its two layers."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Linear(64, 16)
        self.dropout = nn.Identity()
        self.fc_cls = nn.Linear(16, 6)

    def join(self, x):
        return self.hidden(x).amax(dim=1)

    def named_parts(self):
        return {'hidden layer': self.hidden}


def test_parts_that_a_head_names():
    model = tiny_recognizer()
    model.cls_head = TwoLayers(num_classes=6, in_channels=64)
    counts = count_complexity(model.eval().to('meta'), TINY)
    parts = {part.name: part for part in counts.parts}
    assert parts['hidden layer'].macs == 2 * 64 * 16
    assert parts['hidden layer'].parameters == 64 * 16 + 16
    # What it does not name is counted all the same.
    assert parts['rest'].macs == 16 * 6
    assert parts['rest'].parameters == 16 * 6 + 6
    assert sum(part.macs for part in counts.parts) == counts.macs
    del TwoLayers.named_parts
    counts = count_complexity(model, TINY)
    assert counts.parts[-1].name == 'head'
    assert counts.parts[-1].macs == 2 * 64 * 16 + 16 * 6


def test_bad_models(tiny):
    for model in (dict(type='Nothing'), dict(num_classes=3), dict(type='GCN')):
        with pytest.raises(StNetInputError, match='cannot be built'):
            build_recognizer(model)
    with pytest.raises(StNetInputError, match='no recognizer of videos'):
        build_recognizer(dict(type='CrossEntropyLoss'))
    cfg = Config.fromfile(
        PEERS
        / 'c3d'
        / 'c3d_sports1m-pretrained_8xb30-16x1x1-45e_ucf101-rgb.py'
    )
    c3d = build_recognizer(cfg.model)
    with pytest.raises(StNetInputError, match=r'\(1, 1, 3, 3, 32, 64\)'):
        count_complexity(c3d, TINY)


def test_setting():
    sample = dict(type='SampleFrames', clip_len=8, num_clips=4, test_mode=True)
    for kind in ('TenCrop', 'mmaction.TenCrop', TenCrop):
        crop = dict(type=kind, crop_size=64)
        assert setting_of([sample, crop]) == Setting(8, 4, 64, 64, 10)
    test_cfg = dict(crops='three', crop_size=32)
    assert setting_of([sample], test_cfg) == Setting(8, 4, 32, 32, 3)
    for crops in ('center', 'centre'):
        test_cfg = dict(crops=crops, crop_size=32)
        assert setting_of([sample], test_cfg) == Setting(8, 4, 32, 32, 1)
    crop = dict(type='CenterCrop', crop_size=(96, 64))  # width, height
    assert setting_of([sample, crop]) == Setting(8, 4, 64, 96)
    resize = dict(type='Resize', scale=(96, 64), keep_ratio=False)
    assert setting_of([sample, resize]) == Setting(8, 4, 64, 96)
    again = dict(type='ThreeCrop', crop_size=96)
    with pytest.raises(StNetInputError, match='twice'):
        setting_of([sample, again, dict(type='TenCrop', crop_size=64)])
    twice = dict(sample, twice_sample=True)
    assert setting_of([twice, crop]).crops == 2
    dense = dict(sample, type='DenseSampleFrames', num_sample_positions=5)
    assert setting_of([dense, crop]).crops == 5
    training = dict(dense, test_mode=False)
    assert setting_of([training, crop]).crops == 1
    for pipeline in ([sample], [crop], [sample, dict(resize, keep_ratio=1)]):
        with pytest.raises(StNetInputError, match='SampleFrames'):
            setting_of(pipeline)
