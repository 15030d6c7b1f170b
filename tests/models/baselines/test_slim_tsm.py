import torch
from mmaction.models.backbones.resnet_tsm import TemporalShift
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from ...gradients import check_gradients
from ..tiny import frames

T = 4


def tiny_tsm():
    init_default_scope('mmaction')
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='Recognizer2D',
            backbone=dict(
                type='StNetSlimResNetTSM',
                depth=18,
                num_segments=T,
                base_channels=8,
            ),
            cls_head=dict(
                type='TSMHead', num_classes=3, in_channels=64, num_segments=T
            ),
        )
    )
    model.init_weights()
    return model


def test_trunk():
    tsm = tiny_tsm().backbone
    trunk = MODELS.build(
        dict(type='StNetSlimResNet', depth=18, base_channels=8)
    )
    shapes = [p.shape for p in tsm.parameters()]
    assert shapes == [p.shape for p in trunk.parameters()]
    shifts = [m for m in tsm.modules() if isinstance(m, TemporalShift)]
    assert len(shifts) == 8  # one for each block
    assert {shift.num_segments for shift in shifts} == {T}


def test_gradients():
    model, x = tiny_tsm().double(), frames(2, T).double()
    check_gradients(model, lambda: model(x, stage='head').square().sum())


def test_order_of_segments_matters():
    model = tiny_tsm().eval()
    x = frames(2, T)
    with torch.no_grad():
        change = model(x, stage='head') - model(x.flip(1), stage='head')
    assert change.abs().max() > 1e-6
