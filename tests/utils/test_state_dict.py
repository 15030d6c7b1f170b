"""Weights are found under any wrapping."""

from __future__ import annotations

import pytest
import torch

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.checkpoint import read_checkpoint
from stnet_mm.utils.state_dict import plain_state_dict

PLAIN = {
    'backbone.conv1.weight': torch.ones(2),
    'backbone.module.net.bias': torch.zeros(3),
    'cls_head.fc_cls.bias': torch.ones(1),
}


def prefixed(prefix: str) -> dict:
    return {prefix + name: value for name, value in PLAIN.items()}


COMPILED_INSIDE = {
    name.replace('backbone.', 'backbone._orig_mod.'): value
    for name, value in PLAIN.items()
}


@pytest.mark.parametrize(
    'checkpoint',
    [
        PLAIN,
        prefixed('module.'),
        prefixed('_orig_mod.'),
        prefixed('module._orig_mod.'),
        COMPILED_INSIDE,
        dict(state_dict=PLAIN, ema_state_dict=prefixed('module.'), meta={}),
        dict(ema_state_dict={'steps': torch.ones(1), **prefixed('module.')}),
        {'n_averaged': torch.ones(1), **prefixed('module.')},
        dict(state_dict=prefixed('model.'), hyper_parameters=dict(lr=1)),
        dict(state_dict=prefixed('model._orig_mod.module.')),
        dict(model=prefixed('module.'), epoch=3),
        dict(model_state_dict=PLAIN),
    ],
)
def test_wrappings(tmp_path, checkpoint):
    def check(found: dict) -> None:
        assert found.keys() == PLAIN.keys()
        assert all(found[name] is not None for name in PLAIN)

    check(plain_state_dict(checkpoint))
    torch.save(checkpoint, tmp_path / 'x.pth')
    check(read_checkpoint(str(tmp_path / 'x.pth'))['state_dict'])


def test_two_models(tmp_path):
    both = dict(state_dict={**prefixed('model.'), **prefixed('ema_model.')})
    torch.save(both, tmp_path / 'x.pth')
    with pytest.raises(StNetInputError, match='x.pth: it holds .* twice'):
        read_checkpoint(str(tmp_path / 'x.pth'))
