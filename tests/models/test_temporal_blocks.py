import pytest
import torch
import torch.nn.functional as F

from stnet_mm.errors import StNetInputError
from stnet_mm.models import (
    TemporalModelingBlock,
    TemporalXceptionBlock,
    stack_super_images,
)
from stnet_mm.models.temporal_xception_block import PointwiseConv1d


@pytest.mark.parametrize('order', ['released', 'paper'])
@pytest.mark.parametrize('training', [True, False])
def test_temporal_modeling_block_is_a_conv3d(order, training):
    b, t, c = 2, 5, 4
    block = TemporalModelingBlock(c, order).train(training)
    block.init_weights()
    torch.nn.init.normal_(block.conv.bias)
    torch.nn.init.normal_(block.bn.bias)
    bn = torch.nn.BatchNorm3d(c).train(training)
    bn.load_state_dict(block.bn.state_dict())
    x = torch.randn(b * t, c, 3, 6)

    # [B*T, C, H, W] -> [B, C, T, H, W]
    y = x.reshape(b, t, c, 3, 6).transpose(1, 2)
    y = F.conv3d(
        y, block.conv.weight[..., None], block.conv.bias, padding=(1, 0, 0)
    )
    y = bn(F.relu(y)) if order == 'released' else F.relu(bn(y))
    wanted = x + y.transpose(1, 2).reshape(x.shape)
    assert torch.allclose(block(x, t), wanted, atol=1e-5)


@pytest.mark.parametrize('segments', [1, 2, 3])
def test_gradients_in_bfloat16(segments):
    block = TemporalModelingBlock(16)
    block.init_weights()
    # Far from zero, where rounding would switch a ReLU.
    torch.nn.init.constant_(block.conv.bias, 5.0)
    x = torch.randn(4 * segments, 16, 4, 4)
    x = x.to(memory_format=torch.channels_last)
    block(x, segments).square().mean().backward()
    wanted = block.conv.weight.grad.clone()
    for _ in range(20):
        block.zero_grad()
        # Memory that is likely to be used again.
        freed = [torch.full((n,), float('nan')) for n in (256, 3000, 50000)]
        del freed
        with torch.autocast('cpu', torch.bfloat16):
            y = block(x, segments)
        y.float().square().mean().backward()
        error = (block.conv.weight.grad - wanted).norm() / wanted.norm()
        assert error < 0.05


def test_temporal_modeling_block_sees_neighbors_of_its_video_only():
    block = TemporalModelingBlock(4).eval()
    x = torch.randn(2 * 5, 4, 2, 2)
    changed = x.clone()
    changed[4] += 1  # the last segment of the first video
    moved = (block(changed, 5) - block(x, 5)).abs().amax(dim=(1, 2, 3))
    assert (moved > 0).tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


@pytest.mark.parametrize('training', [True, False])
def test_temporal_modeling_block_from_zero(training):
    """It starts as the identity, and can leave it."""
    block = TemporalModelingBlock(4, zero_init=True).double().train(training)
    block.init_weights()
    x = torch.randn(2 * 5, 4, 3, 3, dtype=torch.double)
    y = block(x, 5)
    assert torch.equal(y, x)
    (y * torch.randn_like(y)).sum().backward()
    assert (block.bn.weight.grad.abs() > 1e-3).all()
    assert not block.conv.weight.grad.any()
    with torch.no_grad():
        block.bn.weight -= block.bn.weight.grad
    assert not torch.allclose(block(x, 5), x)


def test_temporal_modeling_block_of_the_paper_cannot_start_at_zero():
    with pytest.raises(StNetInputError, match="order='released'"):
        TemporalModelingBlock(4, order='paper', zero_init=True)


@pytest.mark.parametrize('segments', [1, 7])
def test_pointwise_conv1d_is_a_conv1d(segments):
    theirs = torch.nn.Conv1d(6, 4, 1).double()
    ours = PointwiseConv1d(6, 4, 1).double()
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, 6, segments, dtype=torch.double)
    weight = torch.randn(2, 4, segments, dtype=torch.double)
    outputs, gradients = [], []
    for layer in (theirs, ours):
        image = x.clone().requires_grad_()
        outputs.append(layer(image))
        (outputs[-1] * weight).sum().backward()
        gradients.append([image.grad, layer.weight.grad, layer.bias.grad])
    torch.testing.assert_close(outputs[1], outputs[0])
    for one, other in zip(*gradients):
        assert other.abs().min() > 0
        torch.testing.assert_close(one, other)


def test_temporal_xception_block():
    block = TemporalXceptionBlock(8, 6).eval()
    block.init_weights()
    x = torch.randn(2, 8, 5)
    out = block(x)
    assert out.shape == (2, 6, 5)
    assert (out >= 0).all()
    # Two convolutions of three segments reach two segments to each side.
    changed = x.clone()
    changed[0, :, 0] += 1
    moved = (block(changed) - out).abs().amax(dim=1)
    assert (moved[0] > 0).tolist() == [1, 1, 1, 0, 0]
    assert not moved[1].any()


def test_super_images_are_frame_major_rgb():
    n, t, views, videos = 3, 2, 2, 2
    x = torch.arange(videos * views * t * n * 3).float()
    x = x.reshape(videos, views * t * n, 3, 1, 1)
    stacked = stack_super_images(x, n)
    assert stacked.shape == (videos * views * t, 9, 1, 1)
    for i, image in enumerate(stacked):
        video, segment = divmod(i, views * t)
        for frame in range(n):
            rgb = x[video, segment * n + frame]
            assert torch.equal(image[3 * frame : 3 * frame + 3], rgb)
