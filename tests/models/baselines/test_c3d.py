"""C3D-ResNet: MMAction2's ResNet3d, as our config asks for it."""

from pathlib import Path

import torch
from mmaction.models.backbones import ResNet
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.analysis import build_recognizer

from ...gradients import check_gradients

CONFIGS = Path(__file__).parents[3] / 'configs' / 'baselines'
(CONFIG,) = CONFIGS.glob('c3d_*kinetics400-rgb.py')


def tiny_c3d():
    """The config's backbone, of fewer layers and channels."""
    init_default_scope('mmaction')
    torch.manual_seed(0)
    backbone = Config.fromfile(CONFIG).model.backbone
    backbone.update(depth=18, base_channels=8, pretrained=None)
    network = MODELS.build(backbone)
    network.init_weights()
    return network


def clips():
    torch.manual_seed(0)
    return torch.randn(3, 3, 16, 32, 32)


def test_parameters():
    """Those of ResNet-50, with k x k x 3 where it has k x k, k > 1."""
    convs = [m for m in ResNet(50).modules() if isinstance(m, nn.Conv2d)]
    wide = sum(c.weight.numel() for c in convs if c.kernel_size > (1, 1))
    total = sum(p.numel() for p in ResNet(50).parameters()) + 2 * wide
    model = build_recognizer(Config.fromfile(CONFIG).model)
    assert sum(p.numel() for p in model.backbone.parameters()) == total
    kernels = {
        m.kernel_size
        for m in model.backbone.modules()
        if isinstance(m, nn.Conv3d)
    }
    assert kernels == {(3, 7, 7), (1, 1, 1), (3, 3, 3)}


def test_gradients():
    network, x = tiny_c3d().double(), clips().double()
    assert network(x).shape == (3, 64, 2, 1, 1)
    check_gradients(network, lambda: network(x).square().mean())


def test_videos_do_not_mix():
    network, x = tiny_c3d(), clips()
    network.eval()
    with torch.no_grad():
        together = network(x)
        alone = torch.cat([network(x[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_order_of_frames_matters():
    network, x = tiny_c3d(), clips()
    network.eval()
    with torch.no_grad():
        change = (network(x) - network(x.flip(2))).abs().max()
    assert change > 1e-3
