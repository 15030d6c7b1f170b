"""Testing with crops made by the model."""

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import FormatShape, TenCrop, ThreeCrop
from mmaction.registry import MODELS
from mmaction.utils import GradCAM
from mmengine.dataset import Compose

from stnet_mm.errors import StNetInputError

from .tiny import samples, tiny_backbone, tiny_recognizer, warm_up

N, T, SIZE = 3, 4, 32
STOCK = {'ten': TenCrop, 'three': ThreeCrop}


@pytest.fixture(scope='module')
def weights():
    model = tiny_recognizer()
    warm_up(model, T * N)
    return model.state_dict()


def recognizer(weights, preprocessor='StNetDataPreprocessor', **test_cfg):
    model = MODELS.build(
        dict(
            type='StNetRecognizer',
            backbone=tiny_backbone(),
            cls_head=dict(
                type='TXBHead',
                num_classes=6,
                in_channels=64,
                txb_channels=32,
                average_clips=None,
            ),
            test_cfg=test_cfg,
            data_preprocessor=dict(
                type=preprocessor, mean=[128.0] * 3, std=[50.0] * 3
            ),
        )
    )
    model.load_state_dict(weights)
    return model.eval()


def batch(*sizes, transform=None, images=T * N):
    """Videos as the loader gives them, perhaps cropped by the pipeline."""
    inputs = []
    for seed, (height, width) in enumerate(sizes):
        rng = np.random.default_rng(seed)
        frames = rng.integers(0, 256, (images, height, width, 3), np.uint8)
        results = dict(imgs=list(frames), img_shape=(height, width))
        steps = [transform] if transform else []
        results = Compose([*steps, FormatShape('NCHW')])(results)
        inputs.append(torch.from_numpy(results['imgs']))
    return dict(inputs=inputs, data_samples=samples([0] * len(sizes)))


@torch.no_grad()
def scores(model, data):
    return torch.stack([r.pred_score for r in model.test_step(data)])


@pytest.mark.parametrize('chunk', [1, 2, 3, 10, 250, None])
@pytest.mark.parametrize('videos', [1, 4])
@pytest.mark.parametrize(
    ('crops', 'size'),
    [
        ('ten', (40, 45)),
        ('ten', (SIZE, 45)),
        ('ten', (SIZE, SIZE)),
        ('three', (SIZE, 45)),
    ],
)
def test_logits_are_the_stock_paths(weights, crops, size, videos, chunk):
    """The stock path: the pipeline crops, MMAction2 normalizes."""
    stock = recognizer(
        weights, 'ActionDataPreprocessor', num_segments=T, views_per_chunk=250
    )
    transform = STOCK[crops](crop_size=SIZE)
    expected = scores(stock, batch(*[size] * videos, transform=transform))
    ours = recognizer(
        weights, crops=crops, crop_size=SIZE, views_per_chunk=chunk
    )
    out = scores(ours, batch(*[size] * videos))
    assert out.shape == expected.shape
    error = (out - expected).norm() / expected.norm()
    assert error < 1e-5


def test_sizes_may_differ_if_crops_do_not(weights):
    model = recognizer(weights, crops='ten', crop_size=SIZE, views_per_chunk=7)
    together = scores(model, batch((40, 45), (50, 33)))
    # The first video of a batch is the same one whenever it is as large.
    alone = scores(model, batch((40, 45)))
    assert torch.allclose(together[:1], alone, atol=1e-4)
    with pytest.raises(StNetInputError, match='12, 3, 40, 45.*12, 3, 50, 33'):
        scores(recognizer(weights), batch((40, 45), (50, 33)))


def test_views_that_are_alike_run_once(weights):
    images = []

    def count(module, args):
        images.append(len(args[0]))

    for size, distinct in (((40, 45), 10), ((SIZE, 45), 6), ((SIZE, SIZE), 2)):
        model = recognizer(
            weights, crops='ten', crop_size=SIZE, views_per_chunk=4
        )
        model.backbone.register_forward_pre_hook(count)
        out = scores(model, batch(size))
        assert out.shape == (1, 10, 6)
        assert sum(images) == distinct * T
        # Never a part of a clip.
        assert all(n % T == 0 and n <= 4 * T for n in images)
        images.clear()


def test_only_testing_crops(weights):
    model = recognizer(weights, crops='ten', crop_size=SIZE)
    data = batch((40, 45))
    with torch.no_grad():
        (result,) = model.val_step(data)
    assert result.pred_score.shape == (1, 6)


def test_grad_cam_sees_the_frames_whole(weights):
    model = recognizer(weights, crops='ten', crop_size=SIZE)
    cam = GradCAM(model, 'backbone/layer2')
    data = batch((40, 45))
    blended, scores = cam(data)
    assert blended.shape == (1, T * N, 40, 45, 3)
    assert scores.shape == (1, 6)
    with torch.no_grad():
        whole = model.predict(data['inputs'], samples([0]))
    assert torch.allclose(scores[0], whole[0].pred_score, atol=1e-5)


def test_segments_follow_the_frames(weights):
    model = recognizer(weights, crops='center', crop_size=SIZE)
    for segments in (1, 2, 9):
        data = batch((40, 45), images=segments * N)
        assert scores(model, data).shape == (1, 1, 6)
    with pytest.raises(StNetInputError, match='M = 7, N = 3'):
        scores(model, batch((40, 45), images=7))


@pytest.mark.parametrize('channels_last', [False, True])
def test_layout_changes_nothing(weights, channels_last):
    model = recognizer(weights, crops='ten', crop_size=SIZE)
    expected = scores(model, batch((40, 45)))
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    out = scores(model, batch((40, 45)))
    assert torch.allclose(out, expected, atol=1e-4)


def test_channels_last_is_an_option(weights):
    cfg = dict(
        type='StNetRecognizer', backbone=tiny_backbone(), channels_last=True
    )
    model = MODELS.build(cfg)
    images = model.super_images(torch.zeros(T * N, 3, 32, 32).byte())
    for tensor in (model.backbone.layer1[0].conv1.conv.weight, images):
        assert tensor.is_contiguous(memory_format=torch.channels_last)
        assert not tensor.is_contiguous()


@pytest.mark.parametrize(
    ('test_cfg', 'message'),
    [
        (dict(views_per_chunk=0), 'views_per_chunk must .* from 1, not 0'),
        (dict(views_per_chunk=2.5), 'views_per_chunk must .* not 2.5'),
        (dict(num_segments=-1), 'num_segments must'),
        (dict(crops='five', crop_size=9), "unknown test_cfg.crops 'five'"),
        (dict(crops='ten'), 'needs test_cfg.crop_size'),
        (dict(crops='ten', crop_size='32'), "crop_size='32': give the side"),
        (dict(crops='ten', crop_size=-1), 'crop_size=-1: give the side'),
        (dict(crops='ten', crop_size=9.0), 'crop_size=9.0: give the side'),
        (dict(crops='ten', crop_size=[9]), r'crop_size=\[9\]: give the side'),
        (dict(max_testing_views=4), 'views_per_chunk is what'),
    ],
)
def test_wrong_test_cfg(test_cfg, message):
    with pytest.raises(StNetInputError, match=message):
        tiny_recognizer(test_cfg=test_cfg)


def test_crops_larger_than_the_frames(weights):
    model = recognizer(weights, crops='ten', crop_size=50)
    with pytest.raises(StNetInputError, match='50x50 .* frames of 45x40'):
        scores(model, batch((40, 45)))
