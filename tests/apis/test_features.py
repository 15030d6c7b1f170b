"""Features of videos."""

import pytest
import torch
from mmaction.models.heads import FeatureHead
from mmengine.config import Config

from stnet_mm.apis import VideoClassifier, extract_features
from stnet_mm.engine import check_checkpoint
from stnet_mm.errors import StNetInputError

from ..models.tiny import frames, samples, tiny_backbone, tiny_recognizer
from ..videos import write_video
from .tiny_files import N, T, write_recognizer


@pytest.fixture(scope='module')
def setting(tmp_path_factory):
    """A config, its checkpoint, and five videos, of which one is none."""
    folder = tmp_path_factory.mktemp('features')
    changes = {
        'model.cls_head.average_clips': 'score',
        'model.test_cfg.crops': 'three',
    }
    config, checkpoint = write_recognizer(folder, changes)
    videos = []
    for i in range(5):
        videos.append(str(folder / f'{i}.mp4'))
        write_video(folder / f'{i}.mp4', 20 + i, (48 + 8 * (i % 2), 32))
    (folder / '2.mp4').write_text('no video')
    return config, checkpoint, videos


def test_the_classifier_makes_the_scores_of_them(setting):
    config, checkpoint, videos = setting
    classify = VideoClassifier(config, checkpoint, 'cpu')
    head = classify.model.cls_head
    found = dict(extract_features(*setting, batch_size=2, device='cpu'))
    assert list(found) == videos
    for i, video in enumerate(videos):
        if i == 2:
            assert isinstance(found[video], StNetInputError)
            assert video in str(found[video])
            continue
        # Linear, so that the order of averaging does not matter.
        with torch.no_grad():
            scores = head.fc_cls(found[video])
        torch.testing.assert_close(scores, classify(video))


def test_kinds_follow_from_each_other(setting):
    config, checkpoint, videos = setting
    # Of one view, as maxima of several do not average.
    config = Config(config.to_dict())
    config.model.test_cfg.crops = 'center'
    head = VideoClassifier(config, checkpoint, 'cpu').model.cls_head
    found = {
        kind: dict(
            extract_features(config, checkpoint, videos[:2], kind, 8, 'cpu')
        )
        for kind in ('trunk', 'txb', 'txb_max')
    }
    for video in videos[:2]:
        trunk, txb, best = (found[kind][video] for kind in found)
        assert trunk.shape == (T, 64)
        assert txb.shape == (T, 32)
        with torch.no_grad():
            expected = head.over_time(trunk[None])[0].T
        torch.testing.assert_close(txb, expected)
        torch.testing.assert_close(best, txb.amax(dim=0))


def test_wrong_input(setting):
    config, checkpoint, _ = setting
    for change, message in (
        (dict(kind='head'), 'kind of feature'),
        (dict(batch_size=0), 'batch size 0'),
    ):
        with pytest.raises(StNetInputError, match=message):
            next(extract_features(*setting, **change))
    ((_, error),) = extract_features(config, checkpoint, ['none.mp4'])
    assert 'none.mp4: there is no such file' in str(error)


@pytest.mark.parametrize(
    ('types', 'shape'),
    [
        (('avg', 'avg'), (2, 1, 64)),
        (('avg', None), (2, 1, T, 64)),
        ((None, None), (2, 1, T, 64, 1, 1)),
    ],
)
def test_feature_head_of_mmaction2(types, shape):
    from mmaction.registry import MODELS

    plain = tiny_recognizer().eval()
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=tiny_backbone(),
            cls_head=dict(
                type='FeatureHead',
                spatial_type=types[0],
                temporal_type=types[1],
            ),
        )
    ).eval()
    assert isinstance(model.cls_head, FeatureHead)
    # Weights of the other head are not in the way.
    checkpoint = dict(state_dict=plain.state_dict())
    check_checkpoint(model, checkpoint, 'a.pth')
    model.load_state_dict(checkpoint['state_dict'])
    inputs = frames(2, T * N)
    with torch.no_grad():
        found = model(inputs, samples([0, 0]), mode='predict')
        maps, _ = plain.extract_feat(inputs)
    assert found.shape == shape
    pooled = maps.unflatten(0, (2, 1, T))
    if types[0]:
        pooled = pooled.mean(dim=(-2, -1))
    if types[1]:
        pooled = pooled.mean(dim=2)
    torch.testing.assert_close(found, pooled)


def test_a_video_that_does_not_fit_stops_no_other(setting, tmp_path):
    config, checkpoint, videos = setting
    config = Config(config.to_dict())
    config.model.test_cfg.update(crops='center', crop_size=32)
    tiny = str(tmp_path / 'tiny.mp4')
    write_video(tiny, 20, (24, 16))
    wanted = [videos[0], tiny, videos[1]]
    found = dict(extract_features(config, checkpoint, wanted, batch_size=3))
    assert list(found) == wanted
    assert str(found.pop(tiny)).startswith(f'{tiny}: ')
    assert all(isinstance(x, torch.Tensor) for x in found.values())
