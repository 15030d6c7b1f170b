import copy

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.models import StNet, TemporalModelingBlock

from ..gradients import check_gradients
from .tiny import frames, samples, tiny_backbone, tiny_recognizer

T, N = 2, 3
SLIM = dict(type='StNetSlimResNet', depth=18, base_channels=8)


def loss_of(model, x=None):
    x = frames(2, T * N) if x is None else x
    return model.loss(x, samples([1, 4]))['loss_cls']


@pytest.mark.parametrize('depth', [18, 34, 50, 101, 152])
def test_shapes(depth):
    backbone = StNet(dict(SLIM, depth=depth), num_frames=N).eval()
    channels = 64 * (1 if depth < 50 else 4)
    out = backbone(torch.rand(2 * T, 3 * N, 64, 64), num_segments=T)
    assert out.shape == (2 * T, channels, 2, 2)
    assert list(backbone.temporal_blocks) == ['layer2', 'layer3']


def test_temporal_stages():
    backbone = StNet(SLIM, temporal_stages=('layer1', 'layer4'))
    assert list(backbone.temporal_blocks) == ['layer1', 'layer4']
    for wrong in (['layer7'], ['layer2.0'], ['layer2', 'layer2']):
        with pytest.raises(StNetInputError, match='layer1, layer2, layer3'):
            StNet(SLIM, temporal_stages=wrong)


@pytest.mark.parametrize(
    ('wrong', 'message'),
    [
        (dict(num_frames=0), 'num_frames'),
        (dict(frozen_stages=5), 'frozen_stages'),
        (dict(temporal_block=dict(order='new')), "'released', 'paper'"),
        (dict(temporal_block=dict(channels=8)), 'channels is not for the'),
        (dict(trunk=dict(type='ResNet', depth=51)), 'depth 51'),
        (dict(stem_inflation='sum'), "'mean', 'repeat'"),
        (dict(trunk=dict(type='C3D')), 'C3D'),
    ],
)
def test_wrong_values(wrong, message):
    with pytest.raises(StNetInputError, match=message):
        StNet(**{'trunk': SLIM, **wrong})


class ScaledSum(nn.Module):
    """A temporal block of a user: adds the sum over the segments."""

    def __init__(self, channels, scale=1.0, shrink=0):
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels, 1, 1), scale))
        self.shrink = shrink

    def forward(self, x, num_segments):
        # [B*T, C, H, W] -> [B, T, C, H, W]
        videos = x.unflatten(0, (-1, num_segments))
        videos = videos + self.weight * videos.sum(dim=1, keepdim=True)
        # [B, T, C, H, W] -> [B*T, C, H, W]
        return videos.flatten(0, 1)[:, self.shrink :]


MODELS.register_module(name='TestScaledSum', module=ScaledSum)


def test_temporal_blocks_of_the_user():
    cfg = dict(type='TestScaledSum', scale=0.5)
    backbone = StNet(SLIM, num_frames=N, temporal_block=cfg).eval()
    blocks = backbone.temporal_blocks
    assert {n: len(b.weight) for n, b in blocks.items()} == {
        'layer2': 16,
        'layer3': 32,
    }
    outputs = []
    for name in ('layer2', 'layer3'):
        module = backbone.get_submodule(name)
        module.register_forward_hook(lambda *args: outputs.append(args[-1]))
    backbone.layer3.register_forward_pre_hook(
        lambda module, args: outputs.append(args[0])
    )
    out = backbone(torch.rand(2 * T, 3 * N, 32, 32), T)
    before, after = (x.unflatten(0, (2, T)) for x in outputs[:2])
    expected = before + 0.5 * before.sum(dim=1, keepdim=True)
    torch.testing.assert_close(after, expected)
    assert out.shape == (2 * T, 64, 1, 1)


def test_type_of_temporal_blocks_may_be_left_out():
    orders = {}
    for cfg in (None, {}, dict(order='paper')):
        backbone = StNet(SLIM, num_frames=N, temporal_block=cfg)
        (kind,) = {type(b) for b in backbone.temporal_blocks.values()}
        assert kind is TemporalModelingBlock
        orders[str(cfg)] = backbone.temporal_blocks.layer2.order
    assert [*orders.values()] == ['released', 'released', 'paper']


def test_temporal_blocks_that_cannot_be_used():
    for wrong, message in (
        (dict(type='NoSuchBlock'), 'temporal_block=.*NoSuchBlock is not in'),
        (dict(order='paper', size=3), "temporal_block=.*argument 'size'"),
    ):
        with pytest.raises(StNetInputError, match=message):
            StNet(SLIM, temporal_block=wrong)
    cfg = dict(type='TestScaledSum', shrink=1)
    backbone = StNet(SLIM, num_frames=N, temporal_block=cfg)
    with pytest.raises(StNetInputError, match='ScaledSum turned .*16, 4, 4'):
        backbone(torch.rand(2 * T, 3 * N, 32, 32), T)


def test_without_temporal_blocks_segments_are_independent():
    backbone = StNet(SLIM, num_frames=N, temporal_stages=()).eval()
    x = torch.rand(2 * T, 3 * N, 32, 32)
    alone = torch.cat([backbone(image[None], 1) for image in x])
    assert torch.allclose(backbone(x, T), alone, atol=1e-5)


@pytest.mark.parametrize('order', ['released', 'paper'])
def test_every_parameter_learns(order):
    model = tiny_recognizer(
        tiny_backbone(temporal_block=dict(order=order))
    ).double()
    x = frames(2, T * N).double()
    check_gradients(model, lambda: loss_of(model, x))


def test_channels_last_changes_nothing():
    plain = tiny_recognizer().double()
    other = copy.deepcopy(plain).to(memory_format=torch.channels_last)
    x = frames(2, T * N).double()
    losses = [loss_of(plain, x), loss_of(other, x)]
    assert torch.allclose(*losses, atol=1e-12)
    for loss in losses:
        loss.backward()
    for ours, theirs in zip(other.parameters(), plain.parameters()):
        assert torch.allclose(ours.grad, theirs.grad, atol=1e-10)


@pytest.mark.skipif(not hasattr(torch, 'compile'), reason='PyTorch 1')
def test_compiles_without_a_break():
    backbone = StNet(SLIM, num_frames=N).eval()
    compiled = torch.compile(backbone, backend='eager', fullgraph=True)
    x = torch.rand(2 * T, 3 * N, 32, 32)
    with torch.no_grad():
        assert torch.equal(compiled(x, T), backbone(x, T))


def test_amp():
    model = tiny_recognizer()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = loss_of(model)
    loss.backward()
    assert abs(loss.item() - loss_of(tiny_recognizer()).item()) < 0.1


def test_frozen_stages():
    model = tiny_recognizer(tiny_backbone(frozen_stages=2)).train()
    before = copy.deepcopy(model.state_dict())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss_of(model).backward()
    optimizer.step()
    frozen = ('backbone.conv1.', 'backbone.layer1.', 'backbone.layer2.')
    changed = {
        name
        for name, tensor in model.state_dict().items()
        if not torch.equal(tensor, before[name])
    }
    assert not [name for name in changed if name.startswith(frozen)]
    assert 'backbone.layer3.0.conv1.conv.weight' in changed
    assert 'backbone.temporal_blocks.layer2.conv.weight' in changed
    only_stem = StNet(SLIM, frozen_stages=0)
    assert not only_stem.conv1.conv.weight.requires_grad
    assert only_stem.layer1[0].conv1.conv.weight.requires_grad


def test_norm_eval():
    model = tiny_recognizer(tiny_backbone(norm_eval=True)).train()
    before = copy.deepcopy(model.state_dict())
    loss_of(model)
    after = model.state_dict()
    trunk = 'backbone.layer1.0.conv1.bn.running_mean'
    temporal = 'backbone.temporal_blocks.layer2.bn.running_mean'
    assert torch.equal(before[trunk], after[trunk])
    assert not torch.equal(before[temporal], after[temporal])


def test_state_dict_round_trip():
    one, two = tiny_recognizer(), tiny_recognizer(num_classes=6)
    with torch.no_grad():
        for parameter in two.parameters():
            parameter.add_(1)
    two.load_state_dict(one.state_dict(), strict=True)
    one.eval(), two.eval()
    x = frames(1, T * N)
    assert torch.equal(one(x, stage='head'), two(x, stage='head'))


def test_a_copy_has_its_own_temporal_blocks():
    one = tiny_recognizer().eval()
    two = copy.deepcopy(one)
    with torch.no_grad():
        two.backbone.temporal_blocks.layer2.conv.bias.add_(1)
        two.backbone.temporal_blocks.layer2.bn.weight.mul_(3)
    x = frames(1, T * N)
    assert not torch.equal(one(x, stage='head'), two(x, stage='head'))
