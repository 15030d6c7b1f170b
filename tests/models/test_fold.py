import torch
from torch import nn

from stnet_mm.models.fold import fold_batch_norms

from .tiny import frames, tiny_recognizer, warm_up


def batch_norms(model):
    return [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]


def test_recognizer():
    model = tiny_recognizer()
    warm_up(model, 12)
    x = frames(2, 12, seed=3)
    with torch.no_grad():
        expected = model(x, stage='head')
        count = len(batch_norms(model))
        folded = fold_batch_norms(model, lambda: model(x[:1], stage='head'))
        out = model(x, stage='head')
    # Those of the temporal blocks follow a ReLU. One of the temporal Xception
    # block's, which are of another class, follows a convolution.
    assert folded == count - 2 + 1
    assert len(batch_norms(model)) == 2
    assert (out - expected).norm() < 1e-5 * expected.norm()


class Branches(nn.Module):
    """Convolutions of which only the first may be folded."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        for i in range(4):
            self.add_module(f'conv{i}', nn.Conv2d(4, 4, 3, padding=1))
            norm = nn.BatchNorm2d(4)
            norm.running_mean.normal_()
            norm.running_var.uniform_(0.5, 2)
            self.add_module(f'norm{i}', norm)

    def forward(self, x):
        x = self.norm0(self.conv0(x))
        y = self.conv1(x).relu_()  # changed in place after the convolution
        x = self.norm1(y)
        for _ in range(2):  # runs twice
            x = self.norm2(self.conv2(x))
        y = self.conv3(x)
        return self.norm3(y + 0)  # takes another tensor


def test_only_what_follows_directly():
    model = Branches().eval()
    x = torch.randn(1, 4, 8, 8)
    with torch.no_grad():
        expected = model(x)
        assert fold_batch_norms(model, lambda: model(x)) == 1
        assert torch.allclose(model(x), expected, atol=1e-5)
    assert not isinstance(model.norm0, nn.BatchNorm2d)
    assert len(batch_norms(model)) == 3


class SharedOutput(nn.Module):
    """The convolution's output is used besides the BatchNorm."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 1)
        self.norm = nn.BatchNorm2d(4)
        self.norm.running_var.fill_(3)

    def forward(self, x):
        y = self.conv(x)
        return y + self.norm(y)


def test_nothing_is_folded_if_that_changes_the_output():
    model = SharedOutput().eval()
    x = torch.randn(1, 4, 8, 8)
    with torch.no_grad():
        expected = model(x)
        assert fold_batch_norms(model, lambda: model(x)) == 0
        assert torch.equal(model(x), expected)
    assert isinstance(model.norm, nn.BatchNorm2d)
