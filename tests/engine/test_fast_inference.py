import copy
import shutil

import pytest
import torch
from mmaction.registry import MODELS
from torch import nn

from stnet_mm.apis import speed_up
from stnet_mm.engine import choose_precision, fast_inference
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.torch_version import torch_version

from ..models.image_networks import FAMILIES
from ..models.tiny import frames, samples, tiny_recognizer, warm_up

T, N = 4, 3


def logits(model, x):
    with torch.no_grad():
        return model(x, stage='head')


def error(out, expected):
    return (out - expected).norm() / expected.norm()


@pytest.fixture
def model():
    model = tiny_recognizer()
    warm_up(model, T * N)
    return model


@pytest.mark.parametrize('family', FAMILIES)
def test_logits_of_every_family(family):
    trunk, size = FAMILIES[family]
    torch.manual_seed(0)
    backbone = dict(type='StNet', trunk=trunk, num_frames=N)
    channels = MODELS.build(backbone).out_channels
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=backbone,
            cls_head=dict(type='TXBHead', num_classes=6, in_channels=channels),
        )
    ).eval()
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
    x = frames(2, T * N, size)
    expected = logits(model, x)
    out = logits(speed_up(model, 'fp32'), x)
    assert error(out, expected) < 1e-3
    # ConvNeXt has none in its trunk, the temporal blocks keep theirs.
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 2


@pytest.mark.skipif(torch_version() < (2, 0), reason='PyTorch 1')
def test_compiled(model):
    if not any(map(shutil.which, ('g++', 'c++', 'clang++'))):
        pytest.skip('there is no C++ compiler')
    x = frames(2, T * N, 64)
    expected = logits(model, x)
    speed_up(model, 'fp32', compile=True)
    for batch in (x, x[:1], frames(1, 2 * N, 64)):
        assert logits(model, batch).shape == (len(batch), 6)
    assert error(logits(model, x), expected) < 1e-3


def test_sixteen_bits(model):
    dtype = choose_precision('cpu')
    if dtype == torch.float32:
        pytest.skip('this processor does not compute in 16 bits')
    x = frames(2, T * N)
    expected = logits(model, x)
    seen = []
    speed_up(model)
    model.backbone.layer1.register_forward_hook(
        lambda module, args, output: seen.append(output.dtype)
    )
    out = logits(model, x)
    assert set(seen) == {dtype}
    assert out.dtype == torch.float32
    assert 0 < error(out, expected) < 0.1


def test_precision_follows_the_processor(monkeypatch):
    for has, best in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(fast_inference, '_cpu_has_bf16', lambda h=has: h)
        assert choose_precision('cpu') == best
        assert choose_precision('cpu', 'fp32') == torch.float32
    with pytest.raises(StNetInputError, match='does not compute in bf16'):
        choose_precision('cpu', 'bf16')
    with pytest.raises(StNetInputError, match='does not compute in fp16'):
        choose_precision('cpu', 'fp16')
    with pytest.raises(StNetInputError, match="unknown precision 'fp8'"):
        choose_precision('cpu', 'fp8')


def test_nothing_is_recorded(model):
    x = frames(1, T * N).requires_grad_()
    assert speed_up(model)(x, stage='head').is_inference()
    assert not model.training
    model.test_cfg = dict(crops='ten', crop_size=16)
    data = dict(inputs=[x[0]], data_samples=samples([0]))
    passes = []
    model.backbone.register_forward_pre_hook(
        lambda module, args: passes.append(len(args[0]))
    )
    model.test_step(data)  # crops, because autograd does not record
    assert sum(passes) == 10 * T


def test_once_is_enough(model):
    speed_up(model)
    with pytest.raises(StNetInputError, match='is sped up already'):
        speed_up(model)


def test_the_global_random_generator_is_left_alone(model):
    state = torch.get_rng_state()
    speed_up(model)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.skipif(torch_version() < (2, 0), reason='PyTorch 1')
def test_without_a_compiler(model, monkeypatch):
    monkeypatch.setattr(shutil, 'which', lambda name: None)
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(StNetInputError, match='C\\+\\+ compiler'):
        speed_up(model, compile=True)
    after = model.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in before)


def test_other_recognizers():
    with pytest.raises(StNetInputError, match='not Linear'):
        speed_up(nn.Linear(2, 2))
