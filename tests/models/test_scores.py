"""Several labels a video: they are learned, each by itself."""

from __future__ import annotations

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from stnet_mm.evaluation import MultiLabelReport
from stnet_mm.models.scores import gives_probabilities, is_multi_label


def head_of(**settings):
    return MODELS.build(
        dict(
            type='mmaction.TXBHead',
            num_classes=3,
            in_channels=8,
            txb_channels=8,
            **settings,
        )
    )


SEVERAL = dict(
    multi_class=True, loss_cls=dict(type='mmaction.BCELossWithLogits')
)


@pytest.mark.parametrize(
    ('settings', 'several', 'probable'),
    [
        (dict(average_clips='prob'), False, True),
        (dict(average_clips='score'), False, False),
        (dict(), False, True),
        (dict(SEVERAL, average_clips='score'), True, True),
        (dict(SEVERAL, multi_class=False), True, True),
    ],
)
def test_what_scores_mean(settings, several, probable):
    head = head_of(**settings)
    assert is_multi_label(head) is several
    assert gives_probabilities(head) is probable


def test_views_are_averaged():
    logits = torch.tensor([[2.0, -1, 0], [0, 3, 0], [5, 5, 5], [1, 1, 1]])
    several = head_of(average_clips='prob', **SEVERAL).average_clip(logits, 2)
    expected = logits.sigmoid().reshape(2, 2, 3).mean(1)
    torch.testing.assert_close(several, expected)
    several = head_of(average_clips='score', **SEVERAL).average_clip(logits, 2)
    expected = logits.reshape(2, 2, 3).mean(1).sigmoid()
    torch.testing.assert_close(several, expected)
    one = head_of(average_clips='prob').average_clip(logits, 2)
    torch.testing.assert_close(one.sum(1), torch.ones(2))


def test_three_labels_are_learned():
    torch.manual_seed(0)
    head = head_of(average_clips='prob', **SEVERAL)
    head.init_weights()
    labels = (torch.rand(32, 3) < 0.5).float()
    # 4 segments a video; a label shows in a channel of its own.
    features = torch.randn(32, 4, 8) * 0.1
    features[..., :3] += labels[:, None]
    x = features.reshape(-1, 8, 1, 1)
    samples = [ActionDataSample().set_gt_label(row) for row in labels]
    optimizer = torch.optim.Adam(head.parameters(), lr=0.02)
    for _ in range(60):
        loss = head.loss(x, samples, num_segs=4)['loss_cls']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    head.eval()
    with torch.no_grad():
        found = head.predict(x, samples, num_segs=4)
    scores = torch.stack([sample.pred_score for sample in found])
    report = MultiLabelReport(
        scores.numpy(), labels.numpy(), ['a'] * 32, ['x', 'y', 'z']
    )
    assert report.mean_average_precision == pytest.approx(1)
    assert report.exact_match == 1
