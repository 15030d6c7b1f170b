from __future__ import annotations

from types import SimpleNamespace

import pytest

from stnet_runtime.frame_clock import FrameClock


def times(found, container='mpegts', b_frames=1, fps=10):
    stream = SimpleNamespace(
        container=SimpleNamespace(format=SimpleNamespace(name=container)),
        codec_context=SimpleNamespace(has_b_frames=b_frames),
    )
    clock = FrameClock(stream, fps)
    frames = [SimpleNamespace(time=time) for time in found]
    return [round(clock.time_of(frame), 6) for frame in frames]


@pytest.mark.parametrize(
    ('found', 'expected'),
    [
        # As a file says, which need not begin at 0, nor be even.
        ([30, 30.1, 30.3, 99], [0, 0.1, 0.3, 69]),
        # Joined pieces, whose later one is as uneven as before.
        ([5, 5.1, 5.2, 0, 0.1, 0.3, 0], [0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7]),
        # Out of order: it does not run ahead for that.
        ([0, 0.2, 0.3, 0.1, 0.5, 0.6], [0, 0.2, 0.3, 0.4, 0.5, 0.6]),
        ([0, 0, 0.2, 0.2], [0, 0.1, 0.2, 0.3]),
        ([None, None, None], [0, 0.1, 0.2]),
        ([None, 7, 7.1, None, 7.3], [0, 0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_times_increase(found, expected):
    assert times(found) == expected


def test_avi_stores_no_order():
    assert times([0, 0.2, 0.3, 0.1], 'avi') == [0, 0.1, 0.2, 0.3]
    assert times([0, 0.2, 0.3], 'avi', b_frames=0) == [0, 0.2, 0.3]
