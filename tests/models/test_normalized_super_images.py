import pytest
import torch

from stnet_mm.models.data_preprocessor import StNetDataPreprocessor
from stnet_mm.models.normalized_super_images import (
    make_normalized_super_images,
)
from stnet_mm.models.super_image import stack_super_images

from .interpreted import interpret

N = 3
MEAN, STD = torch.tensor([123.0, 117, 104]), torch.tensor([58.0, 57, 56])


def crops():
    frames = torch.randint(256, (2 * N, 20, 24, 3), dtype=torch.uint8)
    frames = frames.permute(0, 3, 1, 2)
    crop = frames[..., 2:15, 3:20]
    return [crop, crop.flip(-1), frames[..., :13, :17].contiguous()]


def test_it_is_stacking_and_normalizing():
    preprocessor = StNetDataPreprocessor(mean=MEAN.tolist(), std=STD.tolist())
    clips = crops()
    expected = torch.cat(
        [preprocessor.normalize(stack_super_images(c, N)) for c in clips]
    )
    images = make_normalized_super_images(
        clips, N, MEAN, STD, torch.float32, 16
    )
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(images[:, : 3 * N], expected)
    assert not images[:, 3 * N :].any()


KERNEL = """
import torch
from stnet_mm.models import normalized_super_images as module
from stnet_mm.models.super_image_kernel import fill_super_images
from tests.models.test_normalized_super_images import MEAN, N, STD, crops

clips = crops()
arguments = (clips, N, MEAN, STD, torch.float32, 16)
expected = module.make_normalized_super_images(*arguments)
out = torch.full_like(expected, float('nan'))
for clip, part in zip(clips, out.split(2)):
    fill_super_images(clip, N, MEAN, STD, part)
print(torch.equal(out, expected))
"""


def test_the_kernel():
    assert interpret(KERNEL) == ['True']


@pytest.mark.skipif(not torch.cuda.is_available(), reason='there is no GPU')
@pytest.mark.parametrize(
    'dtype', [torch.float32, torch.float16, torch.bfloat16]
)
def test_on_a_gpu(dtype):
    clips = crops()
    expected = make_normalized_super_images(clips, N, MEAN, STD, dtype, 16)
    out = make_normalized_super_images(
        [clip.cuda() for clip in clips], N, MEAN.cuda(), STD.cuda(), dtype, 16
    )
    torch.testing.assert_close(out.cpu(), expected, rtol=1e-6, atol=1e-6)
