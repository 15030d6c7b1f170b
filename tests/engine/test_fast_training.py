import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from stnet_mm.engine import (
    fast_inference,
    mixed_precision,
    speed_up_training,
    use_mixed_precision,
)
from stnet_mm.engine.fast_training import FUSED_SINCE
from stnet_mm.errors import StNetInputError
from stnet_mm.models import StNetRecognizer
from stnet_mm.utils.torch_version import torch_version

from ..models.tiny import tiny_backbone


def config(kind='StNetRecognizer', backbone=None, **optimizer):
    return Config(
        dict(
            model=dict(type=kind, backbone=backbone or tiny_backbone()),
            optim_wrapper=dict(optimizer=dict(type='SGD', **optimizer)),
        )
    )


def fuses(device):
    """Whether this PyTorch has fused optimizers for a device."""
    return torch_version() >= FUSED_SINCE[device]


@pytest.fixture
def bfloat16(monkeypatch):
    """Lets this CPU have bfloat16, or not."""

    def set_it(has):
        monkeypatch.setattr(fast_inference, '_cpu_has_bf16', lambda: has)

    return set_it


def test_on_a_cpu(bfloat16):
    bfloat16(False)
    cfg = config(lr=0.1)
    speed_up_training(cfg, 'cpu')
    assert cfg.model.channels_last is True
    fused = dict(fused=True) if fuses('cpu') else {}
    assert cfg.optim_wrapper.optimizer == dict(type='SGD', lr=0.1, **fused)
    assert [*cfg.optim_wrapper] == ['optimizer']


def test_bfloat16_on_a_cpu(bfloat16):
    bfloat16(True)
    cfg = config()
    speed_up_training(cfg, 'cpu')
    assert cfg.optim_wrapper.type == 'StNetCPUAmpOptimWrapper'
    # A config's own wrapper stays.
    cfg = config()
    cfg.optim_wrapper.type = 'OwnWrapper'
    speed_up_training(cfg, 'cpu')
    assert cfg.optim_wrapper.type == 'OwnWrapper'


@pytest.mark.parametrize(
    ('trunk', 'gains'),
    [
        (dict(type='MobileNetV2', widen_factor=0.25), False),
        # Its convolutions have groups of four channels.
        (dict(type='mmpretrain.ResNeXt', depth=50), True),
    ],
)
def test_depthwise_convolutions_are_slower_in_bfloat16(bfloat16, trunk, gains):
    if trunk['type'].startswith('mmpretrain'):
        pytest.importorskip('mmpretrain')
    bfloat16(True)
    cfg = config(backbone=tiny_backbone(trunk=trunk))
    speed_up_training(cfg, 'cpu')
    assert cfg.model.channels_last is True
    assert ('type' in cfg.optim_wrapper) == gains


@pytest.mark.skipif(not fuses('cpu'), reason='no fused optimizers')
@pytest.mark.parametrize('kind', ['SGD', 'Adam', 'AdamW'])
def test_weights_updated_at_once_are_the_same(bfloat16, kind):
    bfloat16(False)
    cfg = config()
    cfg.optim_wrapper.optimizer.type = kind
    speed_up_training(cfg, 'cpu')
    torch.manual_seed(0)
    start, *gradients = torch.randn(4, 50)
    results = []
    for fused in (True, False):
        options = dict(cfg.optim_wrapper.optimizer, lr=0.1, weight_decay=0.1)
        assert options.pop('fused') is True
        weight = torch.nn.Parameter(start.clone())
        options = dict(options, fused=fused)
        optimizer = getattr(torch.optim, options.pop('type'))
        optimizer = optimizer([weight], **options)
        for gradient in gradients:
            weight.grad = gradient.clone()
            optimizer.step()
        results.append(weight.detach())
    assert torch.allclose(*results, rtol=1e-5, atol=1e-6)
    assert not torch.allclose(results[0], start, atol=0.05)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_on_a_gpu(monkeypatch, dtype):
    monkeypatch.setattr(mixed_precision, 'choose_precision', lambda _: dtype)
    cfg = config()
    speed_up_training(cfg, 'cuda')
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert getattr(torch, cfg.optim_wrapper.dtype) == dtype
    scaled = cfg.optim_wrapper.get('loss_scale') == 'dynamic'
    assert scaled == (dtype == torch.float16)
    assert cfg.optim_wrapper.optimizer.get('fused', False) == fuses('cuda')

    # --amp follows the same rule, and --fast after it changes nothing.
    amp = config()
    use_mixed_precision(amp, 'cuda')
    speed_up_training(amp, 'cuda')
    assert amp.optim_wrapper == cfg.optim_wrapper

    cfg = config(fused=False)
    cfg.optim_wrapper.type = 'OwnWrapper'
    speed_up_training(cfg, 'cuda')
    assert cfg.optim_wrapper.type == 'OwnWrapper'
    assert cfg.optim_wrapper.optimizer.fused is False


def test_recognizers(bfloat16):
    bfloat16(False)

    @MODELS.register_module(name='DerivedStNet', force=True)
    class Derived(StNetRecognizer):
        pass

    try:
        for kind in (StNetRecognizer, Derived, 'DerivedStNet'):
            cfg = config(kind)
            speed_up_training(cfg, 'cpu')
            assert cfg.model.channels_last is True
    finally:
        MODELS.module_dict.pop('DerivedStNet')
    for kind in ('Recognizer2D', 'Unknown'):
        with pytest.raises(StNetInputError, match=f'not {kind}'):
            speed_up_training(config(kind), 'cpu')
