"""Maps of video files, put back into whole frames."""

import numpy as np
import pytest
import torch
from mmengine.config import Config

from stnet_mm.apis import VideoClassifier
from stnet_mm.errors import StNetInputError
from stnet_mm.explain import (
    SeenImage,
    VideoExplainer,
    is_piecewise_linear,
)

from ..videos import write_folder, write_video
from .test_class_maps import C3D, TSN, build
from .wired import COLORS, LENGTH, SIZE, wired_classifier, write_patches

VIEWS = {
    'whole frames': dict(),
    'center crop': dict(steps=[dict(type='CenterCrop', crop_size=64)]),
    'ten crops': dict(
        steps=[dict(type='TenCrop', crop_size=56)],
        test_cfg=dict(num_segments=2),
    ),
    'three crops': dict(
        steps=[dict(type='ThreeCrop', crop_size=64)],
        test_cfg=dict(num_segments=2),
    ),
    'ten crops by the model': dict(test_cfg=dict(crops='ten', crop_size=56)),
}


@pytest.fixture(scope='module')
def patches(tmp_path_factory):
    path = tmp_path_factory.mktemp('patches') / 'patches.mkv'
    write_patches(path)
    return path


def center_of(values):
    """Where the mass of a map is, above what is everywhere: row, column."""
    values = np.clip(values - np.median(values), 0, None)
    rows, columns = np.indices(values.shape)
    return [(x * values).sum() / values.sum() for x in (rows, columns)]


@pytest.mark.parametrize('views', VIEWS)
@pytest.mark.parametrize('flip', [False, True], ids=['plain', 'flipped'])
@pytest.mark.parametrize('method', ['gradcam', 'cam'])
def test_points_at_place_and_time_in_the_whole_frame(
    method, views, flip, tmp_path, patches
):
    classify = wired_classifier(tmp_path, **VIEWS[views])
    if flip:
        patches = tmp_path / 'flipped.mkv'
        write_patches(patches, flip=True)
    found = VideoExplainer(classify, method=method)(patches, [0, 1])
    assert [image.frames for image in found.images] == [
        (4, 5, 6),
        (16, 17, 18),
    ]
    assert found.covered.shape == (SIZE[1], SIZE[0])
    for explained, segment, row, column in zip(
        found.classes, (0, 1), (12, 52), (44, 68)
    ):
        assert explained.maps.shape == (2, SIZE[1], SIZE[0])
        assert explained.maps.max() == pytest.approx(1)
        brightest = explained.maps.reshape(2, -1).max(axis=1)
        assert brightest.argmax() == segment
        assert explained.gradient_input.argmax() == segment
        if flip:
            column = SIZE[0] - column
        # Maps of crops have places of 8x8 pixels, each at its own offset.
        y, x = center_of(explained.maps[segment])
        assert y == pytest.approx(row, abs=4)
        assert x == pytest.approx(column, abs=4)


def test_what_no_view_covers(tmp_path, patches):
    classify = wired_classifier(tmp_path, **VIEWS['center crop'])
    found = VideoExplainer(classify)(patches)
    assert found.views == 1
    assert found.covered[:, 16:80].all()
    assert not found.covered[:, :16].any()
    assert not found.covered[:, 80:].any()
    assert (found.classes[0].maps[:, ~found.covered] == 0).all()


def test_scores_are_those_of_testing(tmp_path, patches):
    for views in VIEWS.values():
        classify = wired_classifier(tmp_path, **views)
        classify.model.cls_head.fc_cls.weight.data *= 0.05
        found = VideoExplainer(classify)(patches, 3)
        scores = classify(patches).sort(descending=True)
        assert [c.label for c in found.classes] == scores.indices.tolist()
        assert [c.score for c in found.classes] == pytest.approx(
            scores.values.tolist(), abs=1e-4
        )
        assert [c.name for c in found.classes] == [
            COLORS[c.label] for c in found.classes
        ]


def test_a_class_to_be_the_first(tmp_path, patches):
    explain = VideoExplainer(wired_classifier(tmp_path))
    labels = [c.label for c in explain(patches, 3).classes]
    for first in range(3):
        found = [c.label for c in explain(patches, 2, first).classes]
        others = [label for label in labels if label != first]
        assert found == [first, others[0]]


def test_frames_belong_to_the_nearest_image(tmp_path, patches):
    found = VideoExplainer(wired_classifier(tmp_path))(patches)
    assert found.boundaries == (11,)
    parts = [found.image_at(i) for i in range(LENGTH)]
    assert parts == [0] * 12 + [1] * 12
    seen = [i for i in range(LENGTH) if found.is_seen(i)]
    assert seen == [4, 5, 6, 16, 17, 18]


def test_frames_beyond_the_end():
    """Clips of a short video go on from its first frame."""
    picture = np.zeros((2, 2, 3), np.uint8)
    assert SeenImage((22, 23, 0), picture).span == (22, 23)
    assert SeenImage((22, 23, 0), picture).center == 22.5
    assert SeenImage((4, 8, 12), picture).span == (4, 12)
    assert SeenImage((7,), picture).span == (7, 7)


def explainer_of(model, layout, clip_len, num_clips, folder, crop):
    """Explain one of MMAction2's networks, by config and checkpoint."""
    pipeline = [
        dict(type='DecordInit'),
        dict(
            type='SampleFrames',
            clip_len=clip_len,
            num_clips=num_clips,
            test_mode=True,
        ),
        dict(type='DecordDecode'),
        dict(type='Resize', scale=(-1, 48)),
        dict(type=crop, crop_size=48),
        dict(type='FormatShape', input_format=layout),
        dict(type='PackActionInputs'),
    ]
    cfg = Config(
        dict(
            default_scope='mmaction',
            model=model,
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
    weights = folder / 'weights.pth'
    torch.save(dict(state_dict=build(model).state_dict()), weights)
    return VideoExplainer(VideoClassifier(cfg, str(weights), 'cpu'))


def test_networks_of_mmaction2(tmp_path):
    video = tmp_path / 'video.mp4'
    write_video(video, frames=40, size=(96, 64))
    explain = explainer_of(TSN, 'NCHW', 1, 5, tmp_path, 'CenterCrop')
    found = explain(video, [2])
    assert len(found.images) == 5
    assert [len(image.frames) for image in found.images] == [1] * 5
    assert found.classes[0].maps.shape == (5, 48, 72)
    explain = explainer_of(C3D, 'NCTHW', 8, 2, tmp_path, 'ThreeCrop')
    found = explain(video, [2])
    assert found.views == 6
    # 2 clips, in which the network has a step in time for 8 frames.
    steps = len(found.images) // 2
    assert [len(image.frames) for image in found.images] == [8 // steps] * (
        2 * steps
    )
    centers = [image.center for image in found.images]
    assert centers == sorted(centers)
    bias = explain.classify.model.cls_head.fc_cls.bias[2].item()
    (explained,) = found.classes
    assert explained.gradient_input.sum() + bias == pytest.approx(
        explained.logit, abs=1e-4
    )


def test_a_folder_of_frames(tmp_path):
    write_folder(tmp_path / 'clip')
    found = VideoExplainer(wired_classifier(tmp_path))(tmp_path / 'clip')
    assert found.images[0].picture.shape == (48, 64, 3)
    # Its frames are gray and become brighter: 25 at the last one seen.
    assert found.images[1].picture.mean() == 5 * 17


def test_layers_that_can_be_named(tmp_path, patches):
    classify = wired_classifier(tmp_path)
    layers = VideoExplainer(classify).layers(patches)
    names = [layer.name for layer in layers]
    assert names[-1] == 'backbone'
    assert 'backbone.layer4' in names
    assert layers[-1].shape == (2, 64, 8, 12)
    assert not any(m._forward_hooks for m in classify.model.modules())
    for name in names:
        VideoExplainer(classify, name)(patches)


def test_recurrent_heads_are_not_exact():
    assert is_piecewise_linear(build(TSN).cls_head)
    assert not is_piecewise_linear(torch.nn.LSTM(2, 2))


def test_wrong_input(tmp_path, patches):
    classify = wired_classifier(tmp_path)
    explain = VideoExplainer(classify)
    with pytest.raises(StNetInputError, match='none.mp4: there is no such'):
        explain(tmp_path / 'none.mp4')
    (tmp_path / 'empty').mkdir()
    with pytest.raises(StNetInputError, match='empty: no frames'):
        explain(tmp_path / 'empty')
    with pytest.raises(StNetInputError, match='did you mean .*layer4'):
        VideoExplainer(classify, 'backbone.layer44')
    pipeline = classify.model.cfg.test_dataloader.dataset.pipeline
    pipeline[-2]['input_format'] = 'NCTHW_Heatmap'
    with pytest.raises(StNetInputError, match='NCTHW_Heatmap: only'):
        VideoExplainer(classify)
