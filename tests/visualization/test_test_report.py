"""The predictions of a runner's test."""

from types import SimpleNamespace

import numpy as np
import pytest
from mmaction.models.heads import TSNHead
from torch import nn

from stnet_mm.evaluation import StNetPredictionMetric
from stnet_mm.models import TXBHead
from stnet_mm.visualization import test_report

VIDEOS = ['a.mp4', 'b.mp4']


def finished_runner(head, scores, labels):
    """What a runner has after testing."""
    metric = StNetPredictionMetric()
    metric.scores, metric.labels = np.array(scores), np.array(labels)
    model = nn.Module()
    model.cls_head = head
    data = SimpleNamespace(
        metainfo={},
        get_data_info=lambda number: dict(filename=VIDEOS[number]),
    )
    return SimpleNamespace(
        model=model,
        test_evaluator=SimpleNamespace(metrics=[metric]),
        test_dataloader=SimpleNamespace(dataset=data),
    )


@pytest.mark.parametrize(
    ('average', 'probable'), [('prob', True), ('score', False)]
)
def test_what_the_scores_are(average, probable):
    head = TSNHead(2, 8, average_clips=average)
    report = test_report.tested(
        finished_runner(head, [[0.3, 0.7]] * 2, [0, 1])
    )
    assert report.probable is probable
    assert report.files == VIDEOS


def test_several_labels_have_probabilities():
    settings = dict(
        num_classes=2,
        in_channels=8,
        loss_cls=dict(type='BCELossWithLogits'),
        average_clips='score',
    )
    scores, labels = [[0.0, np.log(3)], [-50, 50]], [[1, 0], [0, 1]]
    other = test_report.tested(
        finished_runner(TSNHead(**settings), scores, labels)
    )
    np.testing.assert_allclose(other.scores, [[0.5, 0.75], [0, 1]], atol=1e-12)
    ours = TXBHead(txb_channels=8, **settings)
    kept = test_report.tested(finished_runner(ours, [[0.5, 0.75]] * 2, labels))
    np.testing.assert_array_equal(kept.scores, [[0.5, 0.75]] * 2)
