import json

import pytest

from stnet_runtime.contract import VERSION, Contract, read_contract
from stnet_runtime.errors import StNetInputError

CONTRACT = Contract(
    classes=('左', 'up, down'),
    num_segments=7,
    num_frames=5,
    crops='three',
    crop_size=(112, 96),
    short_side=128,
    figures={'acc/top1': 0.5},
    temperature=0.5,
    thresholds=(1.0, -2.5),
)


def test_round_trip():
    text = CONTRACT.to_json()
    assert '左' in text
    assert read_contract(text, 'a.onnx') == CONTRACT


def test_later_additions_are_no_fault():
    content = {**json.loads(CONTRACT.to_json()), 'more': 1}
    assert read_contract(json.dumps(content), 'a.onnx') == CONTRACT
    content['version'] = VERSION + 1
    with pytest.raises(StNetInputError, match='a.onnx has a contract of v'):
        read_contract(json.dumps(content), 'a.onnx')


@pytest.mark.parametrize(
    ('change', 'hint'),
    [
        (dict(num_segments=0), 'num_segments is 0'),
        (dict(num_frames='5'), "num_frames is '5'"),
        (dict(short_side=-1), 'short_side is -1'),
        (dict(crops='many'), "unknown crops 'many'"),
        (dict(crop_size=[1]), 'not enough values'),
        (dict(crop_size=None), ''),
        (dict(classes=[1]), 'classes are no names'),
        (dict(scores='best'), "unknown scores 'best'"),
        (dict(center='end'), "unknown center 'end'"),
        (dict(version='1'), ''),
        (dict(temperature=0), 'temperature is 0'),
        (dict(thresholds=[1]), 'not a threshold for each class'),
        (dict(thresholds=['a', 'b']), 'could not convert'),
    ],
)
def test_damaged(change, hint):
    content = {**json.loads(CONTRACT.to_json()), **change}
    with pytest.raises(
        StNetInputError, match=f'a.onnx: its contract is damaged.*{hint}'
    ):
        read_contract(json.dumps(content), 'a.onnx')


@pytest.mark.parametrize('text', ['', '[]', '{}', 'null', '[' * 100_000])
def test_no_contract(text):
    with pytest.raises(StNetInputError, match='its contract is damaged'):
        read_contract(text, 'a.onnx')
    with pytest.raises(StNetInputError, match='export it by tools/export.py'):
        read_contract(None, 'a.onnx')


@pytest.mark.parametrize(
    ('shape', 'kind', 'hint'),
    [
        ((2, 35, 96, 160, 3), 'float32', 'must be uint8 RGB'),
        ((35, 96, 160, 3), 'uint8', 'must be uint8 RGB'),
        ((2, 35, 3, 96, 160), 'uint8', 'must be uint8 RGB'),
        ((2, 36, 96, 160, 3), 'uint8', '36 frames of a video'),
        ((2, 0, 96, 160, 3), 'uint8', 'a multiple of N = 5'),
        ((2, 35, 95, 160, 3), 'uint8', 'frames of 160x95 are smaller'),
        ((2, 35, 96, 111, 3), 'uint8', 'than the crops of 112x96'),
        ((2, 35, 97, 160, 3), 'uint8', 'must fill one side'),
    ],
)
def test_wrong_frames(shape, kind, hint):
    CONTRACT.check_frames((2, 35, 96, 160, 3), 'uint8')
    CONTRACT.check_frames((1, 15, 97, 112, 3), 'uint8')
    with pytest.raises(StNetInputError, match=hint):
        CONTRACT.check_frames(shape, kind)


def test_a_fixed_number_of_segments():
    fixed = Contract(('a',), 7, 5, 'center', (8, 8), any_segments=False)
    fixed.check_frames((1, 35, 8, 8, 3), 'uint8')
    for frames in (30, 70):
        with pytest.raises(StNetInputError, match='takes T[*]N = 7 [*] 5 ='):
            fixed.check_frames((1, frames, 8, 8, 3), 'uint8')
