"""The suite of streams: its source, and what it finds."""

from __future__ import annotations

import threading
import time
from statistics import median

import pytest

from projects.fault_suite.growth.usage import Usage
from projects.fault_suite.streams.broadcast import Broadcast
from projects.fault_suite.streams.faults import FAULTS, Fault
from projects.fault_suite.streams.tables import (
    find_faults,
    make_tables,
    pauses,
)
from projects.fault_suite.streams.watching import Watched
from stnet_runtime.live_source import LiveSource


@pytest.fixture
def broadcast():
    with Broadcast((96, 64)) as broadcast:
        broadcast.start()
        yield broadcast


def receive(broadcast, patience=10.0):
    """Frames as they come, which another thread collects."""
    source = LiveSource(broadcast.address, patience=patience)
    frames: list = []

    def collect():
        for frame in source:
            frames.append(frame)

    threading.Thread(target=collect, daemon=True).start()
    return source, frames


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'it never comes'
        time.sleep(0.02)


def test_sizes_and_times_change(broadcast):
    source, frames = receive(broadcast)
    wait_for(lambda: len(frames) > 10)
    gaps = [b.time - a.time for a, b in zip(frames, frames[1:])]
    assert 0 < min(gaps) <= median(gaps) < 1
    broadcast.size = (64, 48)
    wait_for(lambda: frames[-1].frame.width == 64)
    before = frames[-1].time
    broadcast.shift += 3600
    wait_for(lambda: frames[-1].time > before + 3000)
    broadcast.shift -= 1800
    wait_for(lambda: frames[-1].time < before + 3000)
    assert source.reconnects == 0
    source.close()


def test_it_ends_and_is_back(broadcast):
    source, frames = receive(broadcast)
    wait_for(lambda: frames)
    broadcast.off_until = time.monotonic() + 0.5
    wait_for(lambda: source.reconnects)
    back = len(frames)
    wait_for(lambda: len(frames) > back + 5)
    source.close()


def test_frames_that_do_not_come(broadcast):
    source, frames = receive(broadcast)
    wait_for(lambda: frames)
    end = time.monotonic() + 1
    broadcast.silent_until = end
    wait_for(lambda: time.monotonic() > end + 0.5)
    late = [frame for frame in frames if end - 0.7 < frame.arrived < end]
    assert late == []
    wait_for(lambda: frames[-1].arrived > end)
    source.close()


def watched(times, megabytes=(100, 101)):
    faults = [
        (Fault('silence', 5, FAULTS[0].begin), 100.0),
        (Fault('jump', 0, FAULTS[2].begin), 160.0),
    ]
    usages = [Usage(60 * i, 'a', m, 9) for i, m in enumerate(megabytes, 1)]
    return Watched(
        faults, [(t, 0.1) for t in times], usages, 40.0, 220.0, 0, 'It says.'
    )


def test_pauses_between_predictions():
    good = watched([50, 102, 109.5, 120, 164])
    assert pauses(good) == [10.5, 4]
    assert find_faults(good) == []
    text = make_tables(good, [])
    assert '| silence | 10.5 s |' in text
    assert 'In 3.0 minutes 5 predictions' in text
    assert '100 ms' in text
    assert 'Faults: none.' in text


def test_what_goes_wrong_is_found():
    bad = watched([50, 120], megabytes=(100, 104))
    bad.status = None
    assert find_faults(bad) == [
        'no prediction after: jump',
        'ended with status None',
        '100 MB, then 104',
    ]
    assert '| jump | no end |' in make_tables(bad, find_faults(bad))
