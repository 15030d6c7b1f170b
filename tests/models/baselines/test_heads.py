"""Heads that join segments in other ways than the TXB."""

import pytest
import torch

from stnet_mm.errors import StNetInputError
from stnet_mm.models import LRCNHead, SegmentPoolHead

from ...gradients import check_gradients

B, T, C, CLASSES = 3, 4, 8, 5
HEADS = {
    **{f'pool {p}': (SegmentPoolHead, dict(pool=p)) for p in ('mean', 'max')},
    **{
        f'{cell} {layers} {readout}': (
            LRCNHead,
            dict(
                cell=cell,
                num_layers=layers,
                readout=readout,
                hidden_channels=6,
            ),
        )
        for cell in ('lstm', 'gru')
        for layers in (1, 2)
        for readout in ('last', 'mean')
    },
}


@pytest.fixture(params=HEADS, ids=lambda name: name.replace(' ', '-'))
def head(request):
    torch.manual_seed(0)
    kind, kwargs = HEADS[request.param]
    head = kind(num_classes=CLASSES, in_channels=C, **kwargs)
    head.init_weights()
    return head


def maps():
    """Feature maps, [B*T, C, 2, 2]."""
    torch.manual_seed(1)
    return torch.randn(B * T, C, 2, 2)


def test_gradients(head):
    head, x = head.double(), maps().double()
    assert head(x, T).shape == (B, CLASSES)
    check_gradients(head, lambda: head(x, T).square().sum())


def test_videos_do_not_mix(head):
    x = maps()
    together = head(x, T)
    alone = [head(x[i * T : (i + 1) * T], T) for i in range(B)]
    torch.testing.assert_close(together, torch.cat(alone))


def test_order_of_segments(head):
    # [B*T, C, 2, 2] -> [B, T, C, 2, 2], with T turned around
    x = maps()
    turned = x.unflatten(0, (B, T)).flip(1).flatten(0, 1)
    same = torch.allclose(head(x, T), head(turned, T), atol=1e-6)
    assert same == isinstance(head, SegmentPoolHead)


def test_numbers_of_segments(head):
    for segments in (1, 2, 6):
        logits = head(maps(), segments)
        assert logits.shape == (B * T // segments, CLASSES)


def test_pooling():
    x = maps()
    features = x.mean((2, 3)).unflatten(0, (B, T))
    for pool, expected in (
        ('mean', features.mean(1)),
        ('max', features.max(1).values),
    ):
        head = SegmentPoolHead(CLASSES, C, pool)
        torch.testing.assert_close(head(x, T), head.fc_cls(expected))


def test_recurrence():
    """A GRU, step by step."""
    x = maps()
    features = x.mean((2, 3)).unflatten(0, (B, T))
    torch.manual_seed(0)
    head = LRCNHead(CLASSES, C, 'gru', hidden_channels=6)
    cell = torch.nn.GRUCell(C, 6)
    cell.load_state_dict(
        {k.replace('_l0', ''): v for k, v in head.rnn.state_dict().items()}
    )
    state, states = torch.zeros(B, 6), []
    for t in range(T):
        state = cell(features[:, t], state)
        states.append(state)
    torch.testing.assert_close(head(x, T), head.fc_cls(state))
    head.readout = 'mean'
    mean = torch.stack(states).mean(0)
    torch.testing.assert_close(head(x, T), head.fc_cls(mean))


@pytest.mark.parametrize(
    ('kind', 'kwargs', 'message'),
    [
        (SegmentPoolHead, dict(pool='min'), "unknown pool 'min'.*'mean'"),
        (LRCNHead, dict(cell='rnn'), "unknown cell 'rnn'.*'lstm', 'gru'"),
        (LRCNHead, dict(readout='first'), "unknown readout 'first'.*'last'"),
        (LRCNHead, dict(num_layers=0), 'num_layers must be 1 or more'),
    ],
)
def test_bad_input(kind, kwargs, message):
    with pytest.raises(StNetInputError, match=message):
        kind(CLASSES, C, **kwargs)
