"""Figures of tests with several labels a video."""

from __future__ import annotations

import numpy as np
import pytest

from stnet_mm.evaluation import MultiLabelReport, StNetAccMetric


def random_report(seed: int, levels: int = 0) -> MultiLabelReport:
    """Of 40 videos and 5 labels; few levels of scores give many ties."""
    rng = np.random.default_rng(seed)
    scores = rng.random((40, 5)).astype(np.float32)
    if levels:
        scores = np.round(scores * levels) / levels
    labels = (rng.random((40, 5)) < 0.3).astype(int)
    labels[0] = 1
    files = [f'{i}.mp4' for i in range(40)]
    return MultiLabelReport(scores, labels, files, [*'abcde'])


def test_by_hand():
    report = MultiLabelReport(
        np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.3], [0.2, 0.4]]),
        np.array([[1, 0], [0, 0], [1, 0], [1, 0]]),
        ['1', '2', '3', '4'],
        ['seen', 'never'],
    )
    seen, never = report.figures
    # Right at ranks 1, 3 and 4 of 4.
    assert seen.average_precision == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert (seen.videos, never.videos) == (3, 0)
    assert seen.precision == pytest.approx(2 / 3)
    assert seen.recall == pytest.approx(2 / 3)
    assert seen.f1 == pytest.approx(2 / 3)
    assert seen.best_threshold == pytest.approx(0.2)
    assert seen.best_f1 == pytest.approx(6 / 7)
    assert np.isnan(never.average_precision)
    assert report.mean_average_precision == seen.average_precision
    assert report.exact_match == pytest.approx(0.5)
    plain = report.to_dict()
    assert plain['labels'][1]['average_precision'] is None
    assert plain['predictions'][2]['labels'] == [0]


@pytest.mark.parametrize('levels', [0, 4])
def test_as_scikit_learn(levels):
    metrics = pytest.importorskip('sklearn.metrics')
    for seed in range(5):
        report = random_report(seed, levels)
        expected = metrics.average_precision_score(
            report.labels, report.scores, average=None
        )
        found = [figures.average_precision for figures in report.figures]
        assert found == pytest.approx(expected)
        assert report.mean_average_precision == pytest.approx(
            metrics.average_precision_score(report.labels, report.scores)
        )
        taken = report.scores >= 0.5
        expected = metrics.f1_score(report.labels, taken, average=None)
        assert [f.f1 for f in report.figures] == pytest.approx(expected)


@pytest.mark.parametrize('levels', [0, 4])
def test_the_metric_says_the_same(levels):
    report = random_report(7, levels)
    found = StNetAccMetric().calculate([*report.scores], [*report.labels])
    assert found == {
        'mean_average_precision': pytest.approx(report.mean_average_precision)
    }
