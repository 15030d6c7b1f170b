import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from stnet_mm.errors import StNetInputError
from stnet_mm.models.sliding_window import SlidingWindow

from .tiny import tiny_backbone, tiny_recognizer, warm_up


def noise(segments: int, height: int = 40, width: int = 44) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (segments, 3, 3, height, width)
    return torch.randint(0, 256, shape, generator=generator).byte()


def trained(**backbone):
    model = tiny_recognizer(
        tiny_backbone(**backbone), dict(crops='ten', crop_size=32)
    )
    warm_up(model, images=12)
    return model


@pytest.mark.parametrize(
    'backbone',
    [{}, dict(temporal_stages=[]), dict(temporal_stages=['layer4'])],
)
def test_windows_are_seen_as_videos(backbone):
    model = trained(**backbone)
    clips = noise(7)
    window = SlidingWindow(model, num_segments=4)
    calls = []
    stem = model.backbone.get_submodule(model.backbone.stem_name)
    stem.register_forward_hook(lambda m, x, y: calls.append(len(y)))
    for number, clip in enumerate(clips):
        calls.clear()
        window.push(clip)
        # Ten crops, and no other segment once more.
        assert calls == [10]
        assert window.full is (number >= 3)
        if window.full:
            video = clips[number - 3 : number + 1].flatten(0, 1)
            calls.clear()
            found = window.logits()
            assert calls == []
            with torch.no_grad():
                expected = model.classify_views([video], crop=True)
            torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_crops_that_the_pipeline_made():
    model = trained()
    clips = noise(2)
    crops = dict(crops='center', crop_size=24)
    window = SlidingWindow(model, 2, crops)
    for clip in clips:
        window.push(clip)
    model.test_cfg = crops
    with torch.no_grad():
        expected = model.classify_views([clips.flatten(0, 1)], crop=True)
    found = window.logits()
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_a_segment_again():
    model = trained()
    clips = noise(2)
    window, other = SlidingWindow(model, 3), SlidingWindow(model, 3)
    for clip in clips:
        window.push(clip)
    window.repeat()
    assert window.full
    for clip in clips[[0, 1, 1]]:
        other.push(clip)
    torch.testing.assert_close(window.logits(), other.logits())


def test_another_size_begins_anew():
    window = SlidingWindow(trained(), num_segments=2)
    for clip in noise(2):
        window.push(clip)
    assert window.full
    (other,) = noise(1, 44, 40)
    window.push(other)
    assert not window.full
    window.push(other)
    assert window.full
    window.clear()
    assert not window.full


def test_other_networks_are_refused():
    init_default_scope('mmaction')
    model = MODELS.build(
        dict(
            type='Recognizer2D',
            backbone=dict(type='ResNet', depth=18, norm_eval=False),
            cls_head=dict(
                type='TSNHead',
                num_classes=2,
                in_channels=512,
                spatial_type='avg',
            ),
        )
    )
    with pytest.raises(StNetInputError, match='Recognizer2D has no segments'):
        SlidingWindow(model, 2)
