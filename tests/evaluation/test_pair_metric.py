import pytest
import torch

from stnet_mm.errors import StNetInputError
from stnet_mm.evaluation import StNetPairMetric

PAIRS = dict(local=[('up', 'down')], other=[('in', 'out')])


def evaluate(scores, labels, classes=('up', 'in', 'down', 'out')):
    metric = StNetPairMetric(pairs=PAIRS)
    metric.dataset_meta = dict(classes=classes)
    metric.process(
        None,
        [
            dict(pred_score=torch.tensor(s), gt_label=torch.tensor([label]))
            for s, label in zip(scores, labels)
        ],
    )
    return metric.evaluate(len(labels))


def test_only_the_pair_counts():
    scores = [
        [
            0.2,
            0.7,
            0.1,
            0.0,
        ],  # 'up' beats 'down'; that 'in' leads is no matter
        [0.3, 0.3, 0.3, 0.1],  # a tie is no hit
        [0.0, 0.1, 0.0, 0.9],  # 'in' loses to 'out'
    ]
    result = evaluate(scores, [0, 2, 1])
    assert result == {'pair/local': 0.5, 'pair/other': 0.0}
    assert evaluate(scores[:1], [0]) == {'pair/local': 1.0}


def test_unknown_class():
    with pytest.raises(StNetInputError, match="'up' in pairs is not a class"):
        evaluate([[0.1, 0.9]], [0], classes=('a', 'b'))
