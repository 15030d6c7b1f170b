import numpy as np
import pytest

from stnet_mm.evaluation import StNetAccMetric


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
