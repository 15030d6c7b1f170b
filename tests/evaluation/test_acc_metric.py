import numpy as np
import pytest

from stnet_mm.evaluation import Report, StNetAccMetric


@pytest.mark.parametrize(
    ('classes', 'keys'),
    [(3, ['top1', 'top3', 'mean1']), (6, ['top1', 'top5', 'mean1'])],
)
def test_topk_is_clamped(classes, keys):
    metric = StNetAccMetric()
    scores = list(np.eye(classes))
    labels = [*range(classes - 1), 0]  # the last one is wrong
    result = metric.calculate(scores, labels)
    assert list(result) == keys
    assert result['top1'] == pytest.approx((classes - 1) / classes)
    # Again with more classes: the first call left no trace.
    assert 'top5' in metric.calculate(list(np.eye(9)), list(range(9)))


def test_mean_class_accuracy_is_of_classes_with_videos():
    scores = [np.array([0.9, 0.1, 0.0]), np.array([0.1, 0.1, 0.8])]
    assert StNetAccMetric().calculate(scores, [0, 0])['mean1'] == 0.5
    report = Report(np.stack(scores), np.array([0, 0]), ['a', 'b'], 'xyz')
    assert report.mean_class == 0.5
    assert np.isnan(report.class_accuracy).tolist() == [False, True, True]
