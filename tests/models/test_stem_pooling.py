import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from stnet_mm.models.stem_pooling import BiasReLUMaxPool, fuse_stem_pooling

from .interpreted import interpret

NAMES = ('0', '1', '2', '3')
SIZES = ((8, 8), (7, 9), (10, 5))


def stem(**pool):
    torch.manual_seed(0)
    pool = {**dict(kernel_size=3, stride=2, padding=1), **pool}
    # A folded BatchNorm leaves an empty container.
    return nn.Sequential(
        nn.Conv2d(3, 5, 3), nn.Sequential(), nn.ReLU(), nn.MaxPool2d(**pool)
    ).eval()


def fuse(model):
    x = torch.randn(2, 3, 12, 15)
    expected = model(x)
    done = fuse_stem_pooling(model, NAMES, lambda: model(x))
    return done, (model(x) - expected).abs().max()


def test_a_stem():
    model = stem()
    done, difference = fuse(model)
    assert done
    assert difference < 1e-6
    assert isinstance(model[3], BiasReLUMaxPool)
    assert model[0].bias is None


@pytest.mark.parametrize(
    'pool', [dict(kernel_size=2), dict(ceil_mode=True), dict(padding=0)]
)
def test_other_stems_stay(pool):
    if pool == dict(kernel_size=2):
        pool = dict(kernel_size=2, padding=0)
    model = stem(**pool)
    before = copy.deepcopy(model)
    done, difference = fuse(model)
    assert not done
    assert difference == 0
    assert str(model) == str(before)


def test_it_is_undone_if_the_order_is_another():
    class Odd(nn.Sequential):
        def forward(self, x):
            return F.relu(super().forward(x)) - 0.1 * self[0](x).mean()

    model = Odd(*stem().children())
    done, difference = fuse(model)
    assert not done
    assert difference == 0
    assert model[0].bias is not None


KERNEL = """
import torch, torch.nn.functional as F
from stnet_mm.models.stem_pooling_kernel import bias_relu_max_pool
from tests.models.test_stem_pooling import SIZES

for size in SIZES:
    x, bias = torch.randn(2, 5, *size), torch.randn(5)
    expected = F.max_pool2d(F.relu(x + bias[:, None, None]), 3, 2, 1)
    print(torch.equal(bias_relu_max_pool(x, bias), expected))
"""


def test_the_kernel():
    assert interpret(KERNEL) == ['True'] * len(SIZES)


@pytest.mark.skipif(not torch.cuda.is_available(), reason='there is no GPU')
@pytest.mark.parametrize('size', SIZES)
def test_on_a_gpu(size):
    x, bias = torch.randn(2, 5, *size), torch.randn(5)
    module = BiasReLUMaxPool(nn.Parameter(bias))
    expected = F.max_pool2d(F.relu(x + bias[:, None, None]), 3, 2, 1)
    assert torch.allclose(module(x), expected)
    out = module.cuda()(x.cuda())
    assert torch.equal(out.cpu(), expected)
