import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from PIL import Image


@pytest.mark.parametrize(
    ('height', 'width', 'expected'),
    [
        (240, 320, (256, 341)),
        (1080, 1920, (256, 341)),
        (300, 300, (256, 341)),
        (320, 180, (341, 256)),
        # The short side fits already.
        (256, 454, (256, 454)),
        (454, 256, (454, 256)),
    ],
)
def test_scale(height, width, expected):
    image = np.random.default_rng(0).integers(
        0, 256, (height, width, 3), dtype=np.uint8
    )
    transform = TRANSFORMS.build(dict(type='StNetScale', short_side=256))
    results = transform(dict(imgs=[image, image], img_shape=(height, width)))
    assert results['img_shape'] == expected
    # The authors' code uses Pillow's bilinear filter.
    pillow = Image.fromarray(image).resize(expected[::-1], Image.BILINEAR)
    for frame in results['imgs']:
        assert np.array_equal(frame, np.asarray(pillow))
