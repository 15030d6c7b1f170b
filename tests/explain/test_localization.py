"""Scores of maps against boxes."""

import pytest
import torch

from stnet_mm.explain import box_mask, energy_in_box, pointing_hits


def test_box_mask_has_the_pixels_whose_centers_are_inside():
    boxes = torch.tensor([[1.0, 0.0, 3.0, 2.0], [0.6, 0.4, 2.4, 1.6]])
    mask = box_mask(boxes, (3, 4))
    assert mask.tolist() == [
        [[0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]],
        [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]],
    ]


def test_box_mask_of_boxes_in_any_shape():
    boxes = torch.tensor([0.0, 0.0, 2.0, 1.0]).expand(2, 3, 4)
    mask = box_mask(boxes, (2, 2))
    assert mask.shape == (2, 3, 2, 2)
    assert mask[1, 2].tolist() == [[1, 1], [0, 0]]


@pytest.fixture
def maps():
    inside = torch.tensor([[0.0, 3.0], [1.0, 0.0]])
    outside = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    return torch.stack([inside, outside, torch.zeros(2, 2)])


def test_scores(maps):
    mask = torch.tensor([[0, 1], [0, 0]], dtype=torch.bool).expand(3, 2, 2)
    assert pointing_hits(maps, mask).tolist() == [True, False, False]
    assert energy_in_box(maps, mask).tolist() == [0.75, 0, 0]


def test_an_empty_map_misses_even_a_box_around_everything(maps):
    mask = torch.ones(3, 2, 2, dtype=torch.bool)
    assert pointing_hits(maps, mask).tolist() == [True, True, False]
    assert energy_in_box(maps, mask).tolist() == [1, 1, 0]
