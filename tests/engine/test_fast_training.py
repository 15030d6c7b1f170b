import pytest
import torch
from mmengine.config import Config

from stnet_mm.engine import fast_training, speed_up_training
from stnet_mm.errors import StNetInputError


def config(**optimizer):
    return Config(
        dict(
            model=dict(type='StNetRecognizer'),
            optim_wrapper=dict(optimizer=dict(type='SGD', **optimizer)),
        )
    )


def test_on_a_cpu():
    cfg = config(lr=0.1)
    speed_up_training(cfg, 'cpu')
    assert cfg.model.channels_last is True
    assert cfg.optim_wrapper == dict(optimizer=dict(type='SGD', lr=0.1))


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_on_a_gpu(monkeypatch, dtype):
    monkeypatch.setattr(fast_training, 'choose_precision', lambda _: dtype)
    cfg = config()
    speed_up_training(cfg, 'cuda')
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert getattr(torch, cfg.optim_wrapper.dtype) == dtype
    scaled = cfg.optim_wrapper.get('loss_scale') == 'dynamic'
    assert scaled == (dtype == torch.float16)
    assert cfg.optim_wrapper.optimizer.fused is True

    cfg = config(fused=False)
    cfg.optim_wrapper.type = 'OwnWrapper'
    speed_up_training(cfg, 'cuda')
    assert cfg.optim_wrapper.type == 'OwnWrapper'
    assert cfg.optim_wrapper.optimizer.fused is False


def test_other_recognizers():
    cfg = Config(dict(model=dict(type='Recognizer2D')))
    with pytest.raises(StNetInputError, match='not Recognizer2D'):
        speed_up_training(cfg, 'cpu')
