"""Maps against the boxes of the data set."""

import pytest
import torch
from mmengine.registry import init_default_scope

from projects.ordered_actions_study.localization import batches, score
from projects.ordered_actions_study.run import Run
from projects.ordered_actions_study.training import configure
from stnet_mm.explain import Explanation

from .conftest import CONFIGS, SMOKE


@pytest.fixture(scope='module')
def batch_and_boxes(easy_data):
    init_default_scope('mmaction')
    cfg = configure(Run('stnet', 1), CONFIGS, easy_data, SMOKE)
    return next(batches(cfg, easy_data))


def test_boxes_are_where_something_acts(batch_and_boxes):
    batch, boxes = batch_and_boxes
    assert boxes.shape == (16, 16, 4)
    for video, video_boxes in zip(batch['inputs'], boxes):
        for frame, box in zip(video.float(), video_boxes):
            # Level 1: everything but the object has one color.
            background = frame.flatten(1).median(dim=1).values
            unlike = (frame - background[:, None, None]).abs().sum(0) > 60
            rows, columns = unlike.nonzero().unbind(1)
            left, top, right, bottom = box.tolist()
            assert left - 2 <= columns.min()
            assert columns.max() <= right + 2
            assert top - 2 <= rows.min()
            assert rows.max() <= bottom + 2


def test_boxes_move_with_the_object(batch_and_boxes):
    _, boxes = batch_and_boxes
    assert (boxes - boxes[:, :1]).abs().flatten(1).amax(1).min() > 1


class Known:
    """Maps that are known, in place of those of a network."""

    def __init__(self, maps):
        self.maps = maps

    def __call__(self, data, classes):
        assert classes.tolist() == [
            int(sample.gt_label) for sample in data['data_samples']
        ]
        logits = torch.zeros(len(classes), 8)
        return Explanation(self.maps, logits, classes)


def test_scores(batch_and_boxes):
    batch, _ = batch_and_boxes
    # Four super-images of four frames; only the map of the second one is
    # where the box is.
    boxes = torch.tensor([28.0, 0, 56, 56]).expand(16, 16, 4)
    maps = torch.zeros(16, 4, 56, 56)
    maps[..., 10] = 1
    maps[:, 1] = 0
    maps[:, 1, 5, 40] = 3
    pointing, energy, share, center = score(Known(maps), batch, boxes)
    assert pointing.tolist() == [0.25] * 16
    assert energy.tolist() == [0.25] * 16
    assert share.tolist() == [0.5] * 16
    assert center.tolist() == [1] * 16


def test_maps_are_scaled_to_the_frame(batch_and_boxes):
    batch, _ = batch_and_boxes
    boxes = torch.tensor([0.0, 0, 28, 28]).expand(16, 16, 4)
    maps = torch.zeros(16, 4, 2, 2)
    maps[..., 0, 0] = 1
    pointing, energy, _, _ = score(Known(maps), batch, boxes)
    assert pointing.tolist() == [1] * 16
    assert 0.6 < energy.min() < 1  # blurred across the border
