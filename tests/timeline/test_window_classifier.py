from __future__ import annotations

import pytest

from stnet_mm.timeline.window_classifier import WindowClassifier

from .tiny_classifier import check_scores, make_classifier, noise


@pytest.mark.parametrize(
    ('step', 'kind'),
    [('CenterCrop', 'center'), ('TenCrop', 'ten'), ('ThreeCrop', 'three')],
)
def test_crops_of_the_pipeline(step, kind):
    crop = dict(type=step, crop_size=(40, 32) if kind == 'three' else 32)
    classify = make_classifier({}, [crop])
    windows = WindowClassifier(classify)
    images = noise(12)
    for k in range(0, 12, 3):
        found = windows.push(images[k : k + 3])
    classify.model.test_cfg = dict(crops=kind, crop_size=crop['crop_size'])
    check_scores(found.scores, classify.model, images)


def test_repeated_segments():
    classify = make_classifier()
    windows = WindowClassifier(classify)
    windows.stride = 2
    images = noise(9)
    assert windows.push(images[:3]) is None
    assert windows.push(images[3:6]) is None
    # The window is full after two, and it is time again after four.
    found = windows.repeat(3)
    seen = [*images[3:6]] * 4
    check_scores(found.scores, classify.model, seen)
    found = windows.push(images[6:])
    seen = [*images[3:6]] * 3 + [*images[6:]]
    check_scores(found.scores, classify.model, seen)
    assert windows.repeat(1) is None
