import json

import pytest

from stnet_mm.calibration import (
    Calibration,
    read_calibration,
    store_calibration,
)
from stnet_mm.calibration.calibration import KEY
from stnet_mm.errors import StNetInputError

MADE = Calibration(0.75, (1.5, -2.0), 0.05, 40)


def test_round_trip():
    meta: dict = {}
    assert read_calibration(meta, 2, 'a.pth') is None
    store_calibration(meta, MADE)
    # As in a safetensors file.
    meta = json.loads(json.dumps(meta))
    assert read_calibration(meta, 2, 'a.pth') == MADE


@pytest.mark.parametrize(
    'change',
    [
        dict(temperature=0),
        dict(temperature=float('inf')),
        dict(temperature='hot'),
        dict(thresholds=[1.0]),
        dict(thresholds=[1.0, float('nan')]),
        dict(thresholds=None),
        dict(videos=None),
    ],
)
def test_damaged(change):
    meta: dict = {}
    store_calibration(meta, MADE)
    meta[KEY].update(change)
    with pytest.raises(StNetInputError, match='a.pth: what it says of its c'):
        read_calibration(meta, 2, 'a.pth')
    for content in (None, 1, 'text', [1]):
        with pytest.raises(StNetInputError, match='calibrate it again'):
            read_calibration({KEY: content}, 2, 'a.pth')
