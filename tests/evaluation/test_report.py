"""Figures of a report, against figures found by hand."""

import json

import numpy as np
import pytest
import torch
from mmaction.structures import ActionDataSample

from stnet_mm.evaluation import Report, StNetPredictionMetric

CLASSES = ('run', 'jump', 'sit', 'never')


def report():
    """Six videos of three classes; the third and the last are mistakes."""
    scores = np.array(
        [
            [0.9, 0.1, 0.0, 0.0],
            [0.6, 0.4, 0.0, 0.0],
            [0.7, 0.2, 0.1, 0.0],
            [0.2, 0.8, 0.0, 0.0],
            [0.1, 0.0, 0.9, 0.0],
            [0.0, 0.1, 0.8, 0.1],
        ]
    )
    labels = np.array([0, 0, 1, 1, 2, 0])
    files = [f'{i}.mp4' for i in range(6)]
    return Report(scores, labels, files, CLASSES)


def test_accuracies():
    found = report()
    assert found.top_k == pytest.approx({1: 4 / 6, 4: 1})
    assert found.mean_class == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    np.testing.assert_allclose(found.class_accuracy, [2 / 3, 1 / 2, 1, np.nan])


def test_confusions():
    found = report()
    assert found.confusion.tolist() == [
        [2, 0, 1, 0],
        [1, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
    ]
    assert found.confusions(5) == [(0, 2, 1, 1 / 3), (1, 0, 1, 1 / 2)]
    assert len(found.confusions(1)) == 1


def test_more_classes_than_a_matrix_holds():
    scores = np.zeros((3, 10_000), np.float32)
    scores[range(3), [0, 9_999, 7]] = 1
    names = [f'class {i}' for i in range(10_000)]
    found = Report(scores, np.array([0, 8, 8]), list('abc'), names)
    assert found.confusion is None
    assert found.to_dict()['confusion'] is None
    assert found.confusions(5) == [(8, 7, 1, 1 / 2), (8, 9_999, 1, 1 / 2)]
    assert found.class_videos[[0, 7, 8]].tolist() == [1, 0, 2]
    assert found.class_accuracy[[0, 8]].tolist() == [1, 0]


def test_calibration():
    # 0.9, 0.9 (both right); 0.8, 0.8 (one right); 0.7 (wrong); 0.6 (right).
    found = report().calibration
    assert found.counts.sum() == 6
    assert found.counts[[13, 12, 10, 9]].tolist() == [2, 2, 1, 1]
    assert found.accuracy[[13, 12, 10, 9]].tolist() == [1, 0.5, 0, 1]
    expected = (2 * 0.1 + 2 * 0.3 + 0.7 + 0.4) / 6
    assert found.error == pytest.approx(expected)


def test_the_worst_are_the_surest():
    assert report().worst(5) == [5, 2]
    assert report().worst(1) == [5]


def test_scores_are_no_probabilities():
    scores = np.array([[2.0, 0.0, 7.5], [-1.0, -2.0, -1.5]])
    found = Report(scores, np.array([0, 0]), ['a', 'b'], CLASSES[:3], False)
    assert found.confidences.tolist() == [7.5, -1]
    assert found.worst(2) == [0]
    assert found.calibration is None
    data = found.to_dict()
    assert data['calibration'] is None
    assert data['predictions'][0] == dict(
        file='a', label=0, predicted=2, score=7.5
    )


def test_plain_data():
    data = json.loads(json.dumps(report().to_dict()))
    assert data['videos'] == 6
    assert data['classes'][3] == dict(name='never', videos=0, accuracy=None)
    assert data['predictions'][5] == dict(
        file='5.mp4', label=0, predicted=2, confidence=0.8
    )
    assert 'NaN' not in json.dumps(data)


def sample(label, score):
    made = ActionDataSample().set_gt_label(label)
    return made.set_pred_score(torch.tensor(score)).to_dict()


def test_predictions_are_kept_in_order():
    metric = StNetPredictionMetric()
    metric.process(None, [sample(1, [0.2, 0.8]), sample(0, [0.3, 0.7])])
    metric.process(None, [sample(1, [0.6, 0.4])])
    assert metric.evaluate(3) == {}
    assert metric.labels.tolist() == [1, 0, 1]
    np.testing.assert_allclose(metric.scores[:, 0], [0.2, 0.3, 0.6])


def test_several_labels_are_kept():
    metric = StNetPredictionMetric()
    several = torch.tensor([0.0, 1.0, 1.0])
    metric.process(None, [sample(several, [0.5, 0.5, 0.2])] * 2)
    metric.evaluate(2)
    assert metric.labels.tolist() == [[0, 1, 1], [0, 1, 1]]
