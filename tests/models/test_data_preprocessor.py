import pytest
import torch
from mmaction.registry import MODELS

from stnet_mm.errors import StNetInputError

from .tiny import samples

SETTINGS = dict(mean=[120.0, 110.0, 100.0], std=[50.0, 60.0, 70.0])


def build(type='StNetDataPreprocessor', **kwargs):
    return MODELS.build(dict(type=type, **SETTINGS, **kwargs))


def batch(*sizes):
    generator = torch.Generator().manual_seed(0)
    frames = [
        torch.randint(256, (6, 3, *size), generator=generator).byte()
        for size in sizes
    ]
    return dict(inputs=frames, data_samples=samples([0] * len(sizes)))


@pytest.mark.parametrize('to_rgb', [False, True])
def test_bytes_are_normalized_as_by_mmaction2(to_rgb):
    data = batch((8, 9), (8, 9))
    ours = build(to_rgb=to_rgb)(data, training=True)['inputs']
    assert ours.dtype == torch.uint8
    theirs = build('ActionDataPreprocessor', to_rgb=to_rgb)(
        batch((8, 9), (8, 9)), training=True
    )['inputs']
    assert torch.equal(build().normalize(ours), theirs)
    # [2, 6, 3, H, W] -> [2, 2, 9, H, W]: of super-images as well
    stacked = build().normalize(ours.reshape(2, 2, 9, 8, 9))
    assert torch.equal(stacked.reshape(theirs.shape), theirs)


def test_layout_is_kept():
    images = torch.zeros(2, 9, 8, 8, dtype=torch.uint8)
    images = images.contiguous(memory_format=torch.channels_last)
    normalized = build().normalize(images)
    assert normalized.is_contiguous(memory_format=torch.channels_last)


def test_without_normalization():
    model = MODELS.build(dict(type='StNetDataPreprocessor'))
    images = batch((8, 8))['inputs'][0]
    assert torch.equal(model.normalize(images), images.float())


def test_sizes_may_differ_in_testing_only():
    inputs = build()(batch((8, 9), (9, 8)))['inputs']
    assert [tuple(x.shape[-2:]) for x in inputs] == [(8, 9), (9, 8)]
    with pytest.raises(StNetInputError, match='6, 3, 8, 9.*6, 3, 9, 8'):
        build()(batch((8, 9), (9, 8)), training=True)


def test_blending_gets_normalized_frames():
    blending = dict(type='MixupBlending', num_classes=4, alpha=0.8)
    data = batch((8, 9), (8, 9))
    whole = torch.stack(data['inputs'])
    mixed = build(blending=blending)(data, training=True)
    assert mixed['inputs'].dtype == torch.float32
    normalized = build().normalize(whole)
    assert normalized.min() <= mixed['inputs'].min()
    assert mixed['inputs'].max() <= normalized.max()
    assert mixed['data_samples'][0].gt_label.shape == (4,)
