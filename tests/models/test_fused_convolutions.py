import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import nn

from stnet_mm.models.fold import fold_batch_norms
from stnet_mm.models.fused_convolutions import (
    ConvReLU,
    convolve_and_rectify,
    fuse_convolutions,
)

from .image_networks import FAMILIES


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.shortcut = nn.Conv2d(3, 4, 1)
        self.relu = nn.ReLU(inplace=True)
        self.idle = nn.Identity()

    def forward(self, x):
        y = self.relu(self.idle(self.first(x)))
        y = self.second(y)
        y += self.shortcut(x)
        return F.relu(y)


class Twice(nn.Module):
    """What nobody may fuse: others take the convolution's output, too."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        y = self.conv(x)
        return F.relu(y) + y


class Untraceable(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        y = self.conv(x)
        return F.relu(y) if y.sum() > 0 else F.relu(2 * y)


def fuse(layer):
    torch.manual_seed(0)
    model = nn.Sequential(layer).eval()
    x = torch.randn(2, 3, 8, 8)
    expected = model(x).detach()
    count = fuse_convolutions(model, ('0',), lambda: model(x))
    error = (model(x) - expected).norm() / expected.norm()
    return model, count, error


def test_a_residual_block():
    model, count, error = fuse(Residual())
    assert count == 2
    assert error < 1e-6
    kinds = [type(m) for m in model.modules()]
    assert kinds.count(ConvReLU) == 2
    assert nn.Identity not in kinds
    assert nn.ReLU not in kinds
    # The names of weights stay.
    assert '0.second.weight' in model.state_dict()


@pytest.mark.parametrize('layer', [Twice, Untraceable])
def test_what_cannot_be_fused_stays(layer):
    model, count, error = fuse(layer())
    assert count == 0
    assert error == 0
    assert type(model[0]) is layer


@pytest.mark.parametrize('family', FAMILIES)
@torch.no_grad()
def test_every_family(family):
    trunk, size = FAMILIES[family]
    torch.manual_seed(0)
    backbone = MODELS.build(dict(type='StNet', trunk=trunk, num_frames=2))
    backbone.eval()
    x = torch.randn(2, 6, size, size)
    expected = backbone(x, 2)
    fold_batch_norms(backbone, lambda: backbone(x, 2))
    count = fuse_convolutions(
        backbone, backbone.layer_names, lambda: backbone(x, 2)
    )
    out = backbone(x, 2)
    assert (out - expected).norm() < 1e-4 * expected.norm()
    if 'resnet' in family:
        assert count > 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason='there is no GPU')
@pytest.mark.parametrize('dtype', [torch.float16, torch.bfloat16])
def test_on_a_gpu(dtype):
    x, other = torch.randn(2, 8, 16, 16), torch.randn(2, 16, 8, 8)
    weight, bias = torch.randn(16, 8, 3, 3) / 8, torch.randn(16)
    for more in (None, other):
        how = ((2, 2), (1, 1), (1, 1), 1)
        expected = convolve_and_rectify(x, weight, bias, *how, more)
        out = convolve_and_rectify(
            x.cuda(),
            weight.cuda().to(dtype),
            bias.cuda().to(dtype),
            *how,
            None if more is None else more.cuda(),
        )
        assert out.dtype == dtype
        error = (out.cpu().float() - expected).norm() / expected.norm()
        assert error < 1e-2
