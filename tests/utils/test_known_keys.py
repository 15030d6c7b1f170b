"""Settings that classes of this package lack are refused."""

from __future__ import annotations

import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.known_keys import check_keys

HEAD = dict(type='TXBHead', num_classes=3, in_channels=8)


@pytest.mark.parametrize(
    'settings',
    [
        HEAD,
        dict(HEAD, multi_class=True, loss_cls=dict(type='BCELossWithLogits')),
        dict(type='mmaction.TXBHead', _scope_='mmaction', topk=(1,)),
        dict(type='StNetVideoInit', decoder='pyav', io_backend='disk'),
        dict(type='StNetVideoDataset', ann_file='a', delimiter=','),
        dict(type='StNetCheckpointHook', interval=2, priority='LOW'),
        dict(type='Of somebody else', num_clases=3),
        dict(type='Flip', flip_ration=1),
    ],
)
def test_known(settings):
    check_keys(settings)
    check_keys(dict(part=[settings]))


@pytest.mark.parametrize(
    ('settings', 'key', 'hint'),
    [
        (dict(HEAD, num_class=3), 'num_class', 'did you mean num_classes?'),
        (
            dict(type='StNetSampleFrames', clip_length=5),
            *('clip_length', 'did you mean clip_len?'),
        ),
        (
            dict(type='StNetVideoInit', decodr='pyav'),
            *('decodr', 'did you mean decoder?'),
        ),
        (
            dict(type='StNetVideoDataset', multi_clas=True),
            *('multi_clas', 'did you mean multi_class?'),
        ),
        (dict(HEAD, speed='fast'), 'speed', 'it takes '),
    ],
)
def test_unknown(settings, key, hint):
    with pytest.raises(StNetInputError) as caught:
        check_keys(dict(a=[dict(b=1), dict(c=settings)]))
    message = str(caught.value)
    assert message.startswith(f'a.1.c: {settings["type"]} has no setting')
    assert repr(key) in message
    assert hint in message
