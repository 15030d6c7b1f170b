"""What heads say of themselves, and whether it holds."""

import pytest
import torch
from mmaction.models.heads import I3DHead, SlowFastHead, TSMHead, TSNHead
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.explain import is_piecewise_linear
from stnet_mm.explain.contributions import head_contributions
from stnet_mm.models import LRCNHead, SegmentHead, SegmentPoolHead, TXBHead

C, T = 8, 4


@pytest.fixture(autouse=True)
def scope():
    init_default_scope('mmaction')


def head(kind, **kwargs):
    torch.manual_seed(0)
    made = kind(num_classes=3, in_channels=C, **kwargs).eval()
    made.init_weights()
    return made


class Renamed(TXBHead):
    """Another initialization, the same code."""

    def init_weights(self):
        super().init_weights()
        nn.init.normal_(self.fc_cls.bias)


class Attention(TXBHead):
    """Overrides how segments are joined."""

    def join(self, x):
        x = self.over_time(x)
        return (x.softmax(dim=2) * x).sum(dim=2)


class OverTime(TXBHead):
    """Overrides what join calls."""

    def over_time(self, x):
        return super().over_time(x).sigmoid()


class Cosine(TXBHead):
    """Overrides the forward pass."""

    def forward(self, x, num_segs, **kwargs):
        return super().forward(x, num_segs, **kwargs).tanh()


class Further(Attention):
    """A subclass of one that changed the code."""


class Normalized(TXBHead):
    """The same code with another layer."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dropout = nn.LayerNorm(1024)


class Gated(TXBHead):
    """The same code with a layer that is a subclass of a linear one."""

    class Gate(nn.Linear):
        def forward(self, x):
            return super().forward(x).sigmoid()

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dropout = self.Gate(1024, 1024)


class Median(SegmentHead):
    """Vouches for its own code."""

    piecewise_linear = True

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dropout = nn.Identity()
        self.fc_cls = nn.Sequential(nn.Linear(C, C), nn.ReLU())

    def join(self, x):
        return x.median(dim=1).values


class Silent(Median):
    """Changes the code and says nothing."""

    def join(self, x):
        return x.square().mean(dim=1)


class SigmoidTSN(TSNHead):
    def forward(self, x, num_segs, **kwargs):
        return super().forward(x, num_segs, **kwargs).sigmoid()


@pytest.mark.parametrize(
    ('kind', 'kwargs', 'exact'),
    [
        (TXBHead, {}, True),
        (SegmentPoolHead, dict(pool='mean'), True),
        (SegmentPoolHead, dict(pool='max'), True),
        (Renamed, {}, True),
        (Median, {}, True),
        (TSNHead, {}, True),
        (TSMHead, {}, True),
        (I3DHead, {}, True),
        (LRCNHead, {}, False),
        (LRCNHead, dict(cell='gru', readout='mean'), False),
        (Attention, {}, False),
        (OverTime, {}, False),
        (Cosine, {}, False),
        (Further, {}, False),
        (Normalized, {}, False),
        (Gated, {}, False),
        (Silent, {}, False),
        (SigmoidTSN, {}, False),
        # Not read, so not trusted.
        (SlowFastHead, {}, False),
    ],
)
def test_piecewise_linear_heads(kind, kwargs, exact):
    assert is_piecewise_linear(head(kind, **kwargs)) == exact


def test_changed_objects_are_not_trusted():
    made = head(TXBHead)
    made.join = lambda x: x.square().amax(dim=1)
    assert not is_piecewise_linear(made)
    made = head(TXBHead)
    made.fc_cls.forward = torch.sigmoid
    assert not is_piecewise_linear(made)
    made = head(TXBHead)
    # Without running statistics BatchNorm divides by its input's deviation.
    made.txb.bn_in = nn.BatchNorm1d(C, track_running_stats=False)
    assert not is_piecewise_linear(made)


@pytest.mark.parametrize('kind', [TXBHead, Renamed])
def test_max_pool_contributions(kind):
    made = head(kind)
    maps, classes = torch.rand(2, T, C, 3, 3), torch.tensor([2, 0])
    found = head_contributions(made, maps, classes)
    logits = made(maps.flatten(0, 1), num_segs=T)
    logit = logits.gather(1, classes[:, None])[:, 0]
    torch.testing.assert_close(
        found.sum(dim=1) + made.fc_cls.bias[classes], logit
    )


@pytest.mark.parametrize(
    'kind', [Attention, OverTime, Cosine, Further, LRCNHead, TSNHead, Median]
)
def test_no_contributions_of_other_code(kind):
    """Inherited ones would not sum to the logit."""
    found = head_contributions(
        head(kind), torch.rand(2, T, C, 3, 3), torch.tensor([2, 0])
    )
    assert found is None
