from types import SimpleNamespace

import pytest
import torch

from stnet_mm.fit import plan


@pytest.mark.parametrize(
    ('clips', 'batch_size', 'iters'),
    [
        (10, 8, 330),
        (176, 8, 330),
        (177, 8, 332),
        (10, 2, 1320),
        (10, 32, 330),
        (40_000, 16, 37_500),
    ],
)
def test_length(clips, batch_size, iters):
    assert plan.choose_max_iters(clips, batch_size) == iters


@pytest.mark.parametrize(
    ('gigabytes', 'network'), [(None, 'lite0'), (6, 'lite0'), (24, 'r50')]
)
def test_network(monkeypatch, gigabytes, network):
    monkeypatch.setattr(
        torch.cuda, 'is_available', lambda: gigabytes is not None
    )
    monkeypatch.setattr(
        torch.cuda,
        'get_device_properties',
        lambda _: SimpleNamespace(total_memory=(gigabytes or 0) * 1e9),
    )
    assert plan.choose_network() == network
