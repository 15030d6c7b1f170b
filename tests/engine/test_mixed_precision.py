import copy

import pytest
import torch
from mmaction.registry import MODELS, OPTIM_WRAPPERS
from mmengine.config import Config

from stnet_mm.engine import (
    StNetCPUAmpOptimWrapper,
    fast_inference,
    use_mixed_precision,
)
from stnet_mm.errors import StNetInputError

from ..models.tiny import frames, samples, tiny_backbone

HEADS = {
    'TXBHead': dict(txb_channels=32),
    # MMAction2's own, whose accuracy is counted in numpy.
    'TSNHead': dict(dropout_ratio=0),
}


@pytest.fixture(params=HEADS)
def model(request):
    torch.manual_seed(0)
    cfg = dict(type=request.param, num_classes=6, in_channels=64)
    return MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=tiny_backbone(),
            cls_head=dict(**cfg, **HEADS[request.param]),
        )
    ).train()


def train(model, wrapper_type, steps):
    """Losses of the first steps on the same batch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    wrapper = OPTIM_WRAPPERS.get(wrapper_type)(optimizer)
    losses = []
    for _ in range(steps):
        data = dict(inputs=[*frames(4, 6)], data_samples=samples([0, 1, 2, 3]))
        loss = model.train_step(data, wrapper)['loss']
        assert loss.dtype == torch.float32
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize('layout', ['contiguous_format', 'channels_last'])
def test_training_in_bfloat16(model, layout):
    model.to(memory_format=getattr(torch, layout))
    reference = copy.deepcopy(model)
    seen = []
    for name in ('layer1', 'temporal_blocks'):
        for module in model.backbone.get_submodule(name).modules():
            module.register_forward_hook(
                lambda module, args, output: seen.append(output.dtype)
            )
    losses = train(model, 'StNetCPUAmpOptimWrapper', 10)
    assert set(seen) == {torch.bfloat16}
    # Bits of bfloat16: 8, rounding by 2**-9 at most, many times.
    expected = train(reference, 'OptimWrapper', 1)
    assert 0 < abs(losses[0] - expected[0]) < 0.05 * expected[0]
    assert losses[-1] < 0.7 * losses[0]
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    # Outside of a step nothing is cast.
    seen.clear()
    model(frames(1, 6), stage='head')
    assert set(seen) == {torch.float32}


def test_gradients_are_accumulated():
    weight = torch.nn.Parameter(torch.ones(2, 2))
    model = torch.nn.Module()
    wrapper = StNetCPUAmpOptimWrapper(
        torch.optim.SGD([weight], lr=1.0), accumulative_counts=2
    )
    wrapper.initialize_count_status(model, 0, 4)
    for total in (0.0, 2.0):
        with wrapper.optim_context(model):
            loss = (torch.ones(1, 2) @ weight).sum()
        assert loss.dtype == torch.bfloat16
        wrapper.update_params(loss.float())
        assert torch.equal(weight, torch.full((2, 2), 1 - total / 2))


def config(**wrapper):
    return Config(dict(optim_wrapper=dict(wrapper, optimizer=dict())))


@pytest.mark.parametrize(
    ('device', 'name', 'dtype', 'loss_scale'),
    [
        ('cpu', 'StNetCPUAmpOptimWrapper', None, None),
        ('cuda', 'AmpOptimWrapper', 'float16', 'dynamic'),
        ('npu', 'AmpOptimWrapper', None, 'dynamic'),
    ],
)
def test_a_config_by_device(monkeypatch, device, name, dtype, loss_scale):
    monkeypatch.setattr(fast_inference, '_cpu_has_bf16', lambda: True)
    monkeypatch.setattr(torch.cuda, 'get_device_capability', lambda: (7, 5))
    for cfg in (config(), config(type='OptimWrapper'), config(type=name)):
        use_mixed_precision(cfg, device)
        assert cfg.optim_wrapper.type == name
        assert cfg.optim_wrapper.get('loss_scale') == loss_scale
        assert cfg.optim_wrapper.get('dtype') == dtype
    cfg = config(type='ApexOptimWrapper')
    with pytest.raises(StNetInputError, match='config has ApexOptimWrapper'):
        use_mixed_precision(cfg, device)
    assert cfg.optim_wrapper.type == 'ApexOptimWrapper'


def test_settings_of_a_config_stay(monkeypatch):
    monkeypatch.setattr(torch.cuda, 'get_device_capability', lambda: (9, 0))
    cfg = config(type='AmpOptimWrapper', dtype='float16', loss_scale=128.0)
    use_mixed_precision(cfg, 'cuda')
    assert cfg.optim_wrapper.dtype == 'float16'
    assert cfg.optim_wrapper.loss_scale == 128
    cfg = config()
    use_mixed_precision(cfg, 'cuda')
    assert cfg.optim_wrapper.dtype == 'bfloat16'


def test_a_cpu_without_bfloat16(monkeypatch):
    monkeypatch.setattr(fast_inference, '_cpu_has_bf16', lambda: False)
    with pytest.raises(StNetInputError, match='not compute in 16 bits'):
        use_mixed_precision(config(), 'cpu')
