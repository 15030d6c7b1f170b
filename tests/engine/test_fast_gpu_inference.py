import copy

import pytest
import torch

from stnet_mm.engine import speed_up
from stnet_mm.engine.fast_gpu_inference import (
    cast_weights,
    fuse_relus,
    make_super_images_at_once,
)
from stnet_mm.engine.graphed_function import GraphedFunction
from stnet_mm.models.fold import fold_batch_norms
from stnet_mm.models.fused_convolutions import ConvReLU

from ..models.tiny import samples, tiny_recognizer, warm_up

T, N = 4, 3

needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason='there is no GPU'
)


@pytest.fixture
def model():
    model = tiny_recognizer()
    warm_up(model, T * N)
    return model


def videos(batch=2, size=64):
    shape = (batch, T * N, 3, size, size)
    return torch.randint(256, shape, dtype=torch.uint8)


def logits(model, frames):
    with torch.no_grad():
        return model(frames, stage='head').cpu()


def error(out, expected):
    return (out - expected).norm() / expected.norm()


@torch.no_grad()
def test_what_is_done_on_a_gpu_computes_the_same(model):
    frames = videos()
    expected = logits(model, frames)
    probe = torch.rand(1, 2 * N, 3, 64, 64)
    fold_batch_norms(model, lambda: model(probe, stage='head'))
    fuse_relus(model, probe)
    assert any(isinstance(m, ConvReLU) for m in model.modules())
    cast_weights(model, torch.float32)
    make_super_images_at_once(model, torch.float32)
    assert error(logits(model, frames), expected) < 1e-5


@torch.no_grad()
def test_the_stem_gets_zeros_in_16_bits(model):
    stem = model.backbone.get_submodule(model.backbone.stem_name)
    frames = videos()
    expected = logits(model, frames)
    make_super_images_at_once(model, torch.bfloat16)
    images = model.super_images(frames)
    # 9 channels of 3 frames
    assert images.shape[1] == stem.weight.shape[1] == stem.in_channels == 16
    assert images.dtype == torch.bfloat16
    assert not images[:, 9:].any()
    # Normalized frames are taken as well; this model does not normalize.
    floats = frames.float()
    assert torch.equal(model.super_images(floats).bfloat16(), images)
    out = model.cls_head(
        model.backbone(images.float(), T, model.normalize), num_segs=T
    )
    assert error(out, expected) < 0.02


def test_functions_on_a_cpu_are_called_as_they_are():
    calls = []

    def double(x, more):
        calls.append(more)
        return 2 * x + more

    graphed = GraphedFunction(double)
    for _ in range(3):
        assert graphed(torch.ones(2), 1).tolist() == [3, 3]
    assert calls == [1, 1, 1]


@needs_gpu
def test_a_graph_replays_what_was_recorded():
    calls = []

    def double(x, more):
        calls.append(more)
        return 2 * x + more

    graphed = GraphedFunction(double, most=2)
    outs = [graphed(torch.full((2,), float(i)).cuda(), 1) for i in range(5)]
    # Once as it is; before the recording, and in it.
    assert calls == [1, 1, 1]
    assert [x[0].item() for x in outs] == [1, 3, 5, 7, 9]
    for size in (3, 4, 5) * 3:
        out = graphed(torch.ones(size).cuda(), size)
        assert out.tolist() == [2 + size] * size


@needs_gpu
@pytest.mark.parametrize('compile', [False, True])
@pytest.mark.parametrize(
    ('precision', 'tolerance'),
    [('fp32', 5e-3), ('bf16', 0.05), ('fp16', 5e-3)],
)
def test_logits_on_a_gpu(model, precision, tolerance, compile):
    frames = videos()
    expected = logits(model, frames)
    fast = copy.deepcopy(model).cuda()
    speed_up(fast, precision, compile)
    if not compile:
        assert any(isinstance(m, ConvReLU) for m in fast.modules())
    assert not any(
        isinstance(m, torch.nn.BatchNorm2d)
        for m in fast.backbone.layer1.modules()
    )
    # As it is, recorded, replayed; another batch; crops.
    for batch in (frames, frames, frames, frames[:1], frames.flip(0)):
        out = logits(fast, batch.cuda())
        rows = [expected[[0, 1]], expected[[1, 0]]][batch is not frames]
        rows = expected[:1] if len(batch) == 1 else rows
        assert error(out, rows) < tolerance


@needs_gpu
def test_ten_crops_on_a_gpu(model):
    frames = [videos(1, 64)[0]]
    model.test_cfg = dict(crops='ten', crop_size=48)
    model.cls_head.average_clips = None

    def scores(model):
        data = dict(inputs=frames, data_samples=samples([0]))
        with torch.no_grad():
            (sample,) = model.test_step(data)
        return sample.pred_score.cpu()

    expected = scores(model)
    fast = speed_up(copy.deepcopy(model).cuda(), 'fp32')
    for _ in range(3):
        assert error(scores(fast), expected) < 5e-3
