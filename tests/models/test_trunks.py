"""Every family of image networks, as a trunk of StNet."""

import copy
import subprocess
import sys

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.models import StNet
from stnet_mm.utils.torch_version import torch_version

from ..gradients import check_gradients
from .image_networks import FAMILIES
from .tiny import frames, samples

T, N = 2, 2


def recognizer(trunk, **backbone):
    torch.manual_seed(0)
    backbone = dict(type='StNet', trunk=trunk, num_frames=N, **backbone)
    channels = MODELS.build(backbone).out_channels
    head = dict(num_classes=6, in_channels=channels, txb_channels=32)
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=backbone,
            cls_head=dict(type='TXBHead', **head),
        )
    )
    torch.manual_seed(1)
    model.init_weights()
    return model


@pytest.fixture(scope='module', params=FAMILIES)
def family(request):
    """A trunk config, a size of image, and a recognizer to copy."""
    trunk, size = FAMILIES[request.param]
    return trunk, size, recognizer(trunk)


def loss_of(model, size):
    x = frames(2, T * N, size)
    return model.loss(x, samples([1, 4]))['loss_cls']


def logits(model, x):
    with torch.no_grad():
        return model.extract_feat(x, stage='head')[0]


@pytest.mark.parametrize(
    ('family_name', 'stages', 'channels'),
    [
        ('resnet', {'layer2': 128, 'layer3': 256}, 512),
        ('se-resnext', {'layer2': 512, 'layer3': 1024}, 2048),
        ('inception-resnet-v2', {'repeat': 320, 'repeat_1': 1088}, 1536),
        ('convnext', {'stages_1': 80, 'stages_2': 160}, 320),
        ('mobilenet-v3', {'blocks_1': 16, 'blocks_3': 24}, 288),
        (
            'regnet',
            {'trunk_output_block2': 104, 'trunk_output_block3': 208},
            440,
        ),
    ],
)
def test_default_temporal_blocks(family_name, stages, channels):
    backbone = StNet(FAMILIES[family_name][0], num_frames=N)
    blocks = {
        name: block.conv.in_channels
        for name, block in backbone.temporal_blocks.items()
    }
    assert blocks == stages
    assert backbone.out_channels == channels
    stem = backbone.get_submodule(backbone.stem_name)
    assert stem.weight.shape[1] == stem.in_channels == 3 * N


def test_every_parameter_learns(family):
    _, size, model = family
    model = copy.deepcopy(model).double().train()
    x = frames(2, T * N, size).double()
    check_gradients(model, lambda: model.loss(x, samples([1, 4]))['loss_cls'])


def test_amp(family):
    trunk, size, model = family
    if torch_version() < (2, 0) and trunk['type'] == 'mmpretrain.ConvNeXt':
        pytest.skip("PyTorch 1's autocast on a CPU knows no LayerNorm")
    plain, model = copy.deepcopy(model), copy.deepcopy(model)
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = loss_of(model, size)
    loss.backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters())
    assert abs(loss.item() - loss_of(plain, size).item()) < 0.2


def test_checkpointing_changes_nothing(family):
    _, size, model = family
    plain, saving = copy.deepcopy(model), copy.deepcopy(model)
    saving.backbone.with_cp = True
    losses = [loss_of(model.train(), size) for model in (plain, saving)]
    for loss in losses:
        loss.backward()
    assert torch.equal(*losses)
    for ours, theirs in zip(saving.parameters(), plain.parameters()):
        assert torch.allclose(ours.grad, theirs.grad, atol=1e-6)
    for ours, theirs in zip(saving.buffers(), plain.buffers()):
        assert torch.equal(ours, theirs)


def test_state_dict_round_trip(family):
    trunk, size, model = family
    other = MODELS.build(dict(type='StNet', trunk=trunk, num_frames=N))
    other.load_state_dict(model.backbone.state_dict(), strict=True)
    x = frames(1, T * N, size).reshape(T, 3 * N, size, size)
    with torch.no_grad():
        one, two = (b.eval()(x, T) for b in (model.backbone, other))
    assert torch.equal(one, two)


def test_videos_are_independent(family):
    _, size, model = family
    model.eval()
    x = frames(3, T * N, size)
    out = logits(model, x)
    scale = out.abs().max()
    order = [2, 0, 1]
    close = dict(atol=1e-5 * scale, rtol=0)
    assert torch.allclose(logits(model, x[order]), out[order], **close)

    changed = x.clone()
    changed[1] = frames(1, T * N, size, seed=9)[0]
    other = logits(model, changed)
    assert torch.allclose(other[[0, 2]], out[[0, 2]], **close)
    assert (other[1] - out[1]).abs().max() > 100 * close['atol']


class TwoStems(nn.Module):
    """Two convolutions on RGB."""

    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.two = nn.Conv2d(3, 8, 3, stride=2, padding=1)

    def forward(self, x):
        return self.one(x) + self.two(x)


class Skip(nn.Module):
    """A shortcut past two modules."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.body = nn.Conv2d(8, 8, 3, padding=1)
        self.end = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        x = self.stem(x)
        return self.end(x + self.body(x))


class LateSkip(Skip):
    """A shortcut to the very end."""

    def forward(self, x):
        x = self.stem(x)
        return x + self.end(self.body(x))


class InPlaceSkip(Skip):
    """A shortcut that is added in place."""

    def forward(self, x):
        x = self.stem(x)
        y = self.body(x)
        y += x
        return self.end(y)


class Tokens(Skip):
    """What follows the stem are no feature maps."""

    def forward(self, x):
        x = self.stem(x).flatten(2)
        return self.end(x[..., None])


class Idle(Skip):
    """A module with a part that its feature maps do not need."""

    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([self.body, nn.Conv2d(8, 8, 1)])

    def forward(self, x):
        return self.end(self.body[0](self.stem(x)))


for network in (TwoStems, Skip, LateSkip, InPlaceSkip, Tokens, Idle):
    MODELS.register_module(name=f'Test{network.__name__}', module=network)


@pytest.mark.parametrize(
    ('trunk', 'message'),
    [
        (dict(type='TestTwoStems'), 'one convolution on RGB.*one.*two'),
        (dict(type='TestSkip'), 'end does not take just what body outputs'),
        (dict(type='TestInPlaceSkip'), 'end does not take just what body'),
        (dict(type='TestLateSkip'), 'not what its last module, end, outputs'),
        (dict(type='TestTokens'), 'end does not take just what stem outputs'),
        (dict(type='TestIdle'), 'do not use body.1.weight'),
        (dict(type='timm.vit_tiny_patch16_224'), '224'),
        (dict(type='mmpretrain.HRNet', arch='w18'), 'no sequence of layers'),
        (dict(type='mmpretrain.NoSuchNet'), 'mmpretrain.NoSuchNet'),
        (dict(type='mmpretrain.ConvNeXt', arch='giant'), 'giant'),
        (dict(type='timm.no_such_net'), 'no_such_net'),
        (dict(type='torchvision.no_such_net'), 'no_such_net'),
        (dict(type='no_such_library.net'), 'pip install no_such_library'),
        (dict(type='ResNet', depth=18, in_channels=9), 'num_frames'),
        (dict(type='timm.resnet18', pretrained=True), 'init_cfg'),
        (dict(type='ResNet', depth=18, frozen_stages=1), 'frozen_stages'),
        (dict(depth=18), 'type'),
    ],
    ids=lambda value: value.get('type') if isinstance(value, dict) else None,
)
def test_unsuitable_trunks(trunk, message):
    with pytest.raises(StNetInputError, match=message) as caught:
        StNet(trunk)
    assert '\n' not in str(caught.value).strip()


def test_libraries_are_imported_when_asked_for():
    code = (
        'import sys, stnet_mm\n'
        "stnet_mm.models.StNet(dict(type='ResNet', depth=18))\n"
        "print({'timm', 'safetensors'} & set(sys.modules))\n"
        "stnet_mm.models.StNet(dict(type='timm.resnet18'))\n"
        "print('timm' in sys.modules)\n"
    )
    out = subprocess.check_output(
        [sys.executable, '-c', code], text=True, timeout=300
    )
    assert out.split() == ['set()', 'True']


def test_what_mmpretrain_does_not_ask_for():
    code = (
        'import sys\n'
        'sys.modules.update(torchvision=None)\n'
        'import stnet_mm\n'
        "stnet_mm.models.StNet(dict(type='mmpretrain.ResNet', depth=18))\n"
    )
    result = subprocess.run(
        [sys.executable, '-c', code],
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    assert result.stderr.strip().endswith('pip install torchvision')


def test_the_network_is_left_as_it_was_built():
    torch.manual_seed(0)
    backbone = StNet(FAMILIES['resnet'][0])
    drawn = torch.rand(1)
    assert not any(module._forward_hooks for module in backbone.modules())
    assert all(module.training for module in backbone.modules())
    # The probe has not touched running statistics.
    assert backbone.conv1.bn.running_mean.abs().max() == 0
    torch.manual_seed(0)
    StNet(FAMILIES['resnet'][0])
    assert torch.equal(torch.rand(1), drawn)
