import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import CenterCrop, TenCrop, ThreeCrop

from stnet_mm.errors import StNetInputError
from stnet_mm.models.crops import find_crops

MMACTION2 = {
    'ten': TenCrop,
    'three': ThreeCrop,
    'center': CenterCrop,
    'centre': CenterCrop,
}


@pytest.mark.parametrize('kind', ['ten', 'center', 'centre'])
@pytest.mark.parametrize(
    'size',
    [(40, 60), (41, 62), (43, 67), (32, 32), (32, 61), (60, 33)],
)
@pytest.mark.parametrize('crop', [32, (31, 29)])
def test_crops_are_mmaction2s(kind, size, crop):
    check(kind, size, crop)


@pytest.mark.parametrize('size', [(32, 32), (32, 61), (60, 32), (63, 32)])
def test_three_crops_are_mmaction2s(size):
    check('three', size, 32)


def check(kind, size, crop):
    images = np.random.default_rng(0).integers(0, 256, (2, *size, 3))
    results = dict(imgs=list(images), img_shape=size)
    expected = MMACTION2[kind](crop_size=crop)(results)['imgs']
    # [2, H, W, 3] -> [2, 3, H, W]
    frames = torch.from_numpy(images).permute(0, 3, 1, 2)
    ours = [crop.cut(frames) for crop in find_crops(kind, crop, *size)]
    # [V, 2, 3, h, w] -> [V*2, h, w, 3]
    ours = torch.cat(ours).permute(0, 2, 3, 1)
    assert np.array_equal(ours.numpy(), np.stack(expected))


def test_wrong_crops():
    with pytest.raises(StNetInputError, match='33x33 .* frames of 40x32'):
        find_crops('ten', 33, height=32, width=40)
    with pytest.raises(StNetInputError, match='fill one side'):
        find_crops('three', 30, height=32, width=40)
    with pytest.raises(StNetInputError, match="unknown .*'five'"):
        find_crops('five', 30, height=32, width=40)
