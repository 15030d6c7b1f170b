from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.timeline import Timeline, find_segments
from stnet_mm.timeline.segments import scores_over_time


def timeline(first: list[float], unknown=(), window=2):
    """Windows of two seconds, each second."""
    scores = np.array([first, [1 - p for p in first]]).T
    starts = np.arange(len(first), dtype=float)
    flags = np.isin(np.arange(len(first)), unknown)
    return Timeline('a', ('x', 'y'), starts, starts + window, scores, flags)


def test_scores_are_means_of_the_windows_that_hold_a_time():
    edges, scores = scores_over_time(timeline([0.0, 0.5, 1.0]))
    assert edges.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(scores[:, 0], [0, 0.25, 0.75, 1])
    _, scores = scores_over_time(timeline([0.0, 0.5, 1.0], unknown=[1]))
    np.testing.assert_allclose(scores[:, 0], [0, 0, 0.5, 1])
    np.testing.assert_allclose(scores[:, 1], [1, 0.5, 0, 0])


def test_sums_of_many_windows_are_exact():
    several = timeline([0.9] * 200_000)
    several = replace(several, scores=several.scores.astype(np.float32))
    _, scores = scores_over_time(several)
    np.testing.assert_allclose(scores[:, 0], 0.9, atol=1e-6)


def test_segments_begin_high_and_end_low():
    found = find_segments(timeline([0.9, 0.4, 0.4, 0.1, 0.1], window=1))
    # 0.6 is high enough for the other class, too.
    x, y = found
    assert (x.start, x.end, x.label) == (0, 3, 'x')
    assert x.score == pytest.approx((0.9 + 0.4 + 0.4) / 3)
    assert (y.start, y.end, y.label) == (1, 5, 'y')
    found = find_segments(timeline([0.4] * 5, window=1), high=0.7)
    assert found == []


def test_nothing_where_all_is_unknown():
    several = timeline([0.9] * 6, unknown=range(6))
    assert find_segments(several) == []
    found = find_segments(timeline([0.9] * 6, unknown=[2, 3], window=1))
    assert [(s.start, s.end) for s in found] == [(0, 2), (4, 6)]
    assert find_segments(timeline([0.9] * 6), shortest=7.5) == []
    with pytest.raises(StNetInputError, match='cannot end at 0.6'):
        find_segments(several, high=0.5, low=0.6)
