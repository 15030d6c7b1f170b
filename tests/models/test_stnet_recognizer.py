import pytest
import torch
from mmaction.datasets.transforms import FormatShape, TenCrop
from mmaction.registry import MODELS

from stnet_mm.errors import StNetInputError

from .tiny import frames, samples, tiny_backbone, tiny_recognizer, warm_up

N, T = 3, 4


@pytest.fixture
def model():
    model = tiny_recognizer(test_cfg=dict(num_segments=T))
    warm_up(model, T * N)
    return model


def logits(model, x):
    with torch.no_grad():
        return model.extract_feat(x, stage='head', test_mode=True)[0]


def test_stages(model):
    x = frames(2, 2 * T * N)  # two views
    maps, kwargs = model.extract_feat(x, stage='backbone', test_mode=True)
    assert maps.shape == (2 * 2 * T, 64, 1, 1)
    assert kwargs['num_segs'] == T
    assert logits(model, x).shape == (2 * 2, 6)
    with pytest.raises(StNetInputError, match='stage'):
        model.extract_feat(x, stage='nose')


def test_videos_are_independent(model):
    x = frames(3, T * N)
    out = logits(model, x)
    order = [2, 0, 1]
    assert torch.allclose(logits(model, x[order]), out[order], atol=1e-5)

    changed = x.clone()
    changed[1] = frames(1, T * N, seed=9)[0]
    difference = (logits(model, changed) - out).abs().amax(dim=1)
    assert difference[1] > 1e-3
    assert difference[0] < 1e-6
    assert difference[2] < 1e-6


def test_order_in_time_matters(model):
    x = frames(1, T * N)
    out = logits(model, x)
    assert not torch.allclose(logits(model, x.flip(1)), out, atol=1e-3)
    # Whole segments in another order, each left as it is.
    segments = x.reshape(1, T, N, 3, 32, 32).flip(1).reshape(x.shape)
    assert not torch.allclose(logits(model, segments), out, atol=1e-4)


def test_segments_may_differ_from_training():
    model = tiny_recognizer()
    warm_up(model, 2 * N)
    for segments in (1, 2, 7):
        assert logits(model, frames(2, segments * N)).shape == (2, 6)


def test_ten_crops_are_averaged_per_video(model):
    x = frames(2, 10 * T * N)
    results = model.predict(x, samples([0, 1]))
    for video, result in zip(x, results):
        # [10*T*N, 3, H, W] -> [10, T*N, 3, H, W]: a crop is a video here
        crops = video.reshape(10, T * N, 3, 32, 32)
        mean = logits(model, crops).softmax(dim=1).mean(dim=0)
        assert torch.allclose(result.pred_score, mean, atol=1e-6)


def test_views_of_tencrop(model):
    """The crops of MMAction2's own TenCrop arrive as views."""
    clip = (frames(1, T * N, size=48)[0] * 40 + 128).byte()
    images = list(clip.permute(0, 2, 3, 1).numpy())
    results = dict(
        imgs=images,
        img_shape=(48, 48),
        clip_len=N,
        num_clips=T,
        modality='RGB',
    )
    results = FormatShape('NCHW')(TenCrop(32)(results))
    x = torch.from_numpy(results['imgs'].copy()).float()
    out = logits(model, x[None])
    assert out.shape == (10, 6)
    # The first crop is the upper left corner, the second its mirror image.
    corner = clip[:, :, :32, :32].float()
    assert torch.allclose(out[:1], logits(model, corner[None]), atol=1e-4)
    mirrored = logits(model, corner.flip(-1)[None])
    assert torch.allclose(out[1:2], mirrored, atol=1e-4)


@pytest.mark.parametrize('average_clips', ['score', 'prob', None])
def test_average_clips(average_clips):
    model = tiny_recognizer(
        test_cfg=dict(num_segments=T), average_clips=average_clips
    )
    warm_up(model, T * N)
    x = frames(2, 3 * T * N)
    with torch.no_grad():
        results = model.predict(x, samples([0, 1]))
    out = logits(model, x).reshape(2, 3, 6)
    wanted = {
        'score': out.mean(1),
        'prob': out.softmax(2).mean(1),
        None: out,
    }[average_clips]
    ours = torch.stack([result.pred_score for result in results])
    assert torch.allclose(ours, wanted, atol=1e-6)


def test_frames_that_do_not_divide(model):
    with pytest.raises(StNetInputError) as error:
        logits(model, frames(1, T * N + N))
    for part in ('M = 15', 'N = 3', 'T = 4', 'V = '):
        assert part in str(error.value)
    with pytest.raises(StNetInputError, match='M = 7, N = 3'):
        model.extract_feat(frames(1, 7), stage='head')


def test_no_neck():
    with pytest.raises(StNetInputError, match='neck'):
        MODELS.build(
            dict(
                type='StNetRecognizer',
                backbone=tiny_backbone(),
                neck=dict(type='TPN'),
            )
        )


def test_heads_of_mmaction2_average_segments():
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=tiny_backbone(temporal_stages=()),
            cls_head=dict(type='TSNHead', num_classes=6, in_channels=64),
        )
    )
    warm_up(model, T * N)
    x = frames(2, T * N)
    each = x.reshape(2 * T, N, 3, 32, 32)
    mean = logits(model, each).reshape(2, T, 6).mean(dim=1)
    assert torch.allclose(logits(model, x), mean, atol=1e-5)
