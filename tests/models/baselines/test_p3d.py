import pytest
import torch
from mmaction.models.backbones import ResNet
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.models import P3DResNet
from stnet_mm.models.baselines.p3d import KINDS, P3DBlock

from ...gradients import check_gradients


def tiny_p3d(**kwargs):
    torch.manual_seed(0)
    network = P3DResNet(26, base_channels=8, **kwargs)
    network.init_weights()
    return network


def clips(batch=2, frames=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, 3, frames, 32, 32, generator=generator)


def warm_up(network):
    """Let BatchNorm see data."""
    network.train()
    with torch.no_grad():
        for seed in range(5):
            network(clips(seed=seed))
    return network.eval()


def blocks_of(network):
    return [m for m in network.modules() if isinstance(m, P3DBlock)]


def test_authors_network():
    # From their prototxt/deploy_p3d_resnet_kinetics.prototxt: weights of 202
    # convolutions, slopes and biases of as many BN, and the classifier's.
    network = P3DResNet(152)
    classifier = nn.Linear(2048, 400)
    total = sum(
        p.numel() for m in (network, classifier) for p in m.parameters()
    )
    assert total == 66_492_240
    convs = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert len(convs) == 202
    kinds = [block.kind for block in blocks_of(network)]
    assert kinds == [KINDS[i % 3] for i in range(47)] + [None] * 3


@pytest.mark.parametrize('depth', [50, 101])
def test_depths(depth):
    # 2-D ResNet (MMAction2's), and 3x1x1 with BatchNorm in every pseudo-3-D
    # block.
    network, image_network = P3DResNet(depth), ResNet(depth)
    widths = [b.conv2.out_channels for b in blocks_of(network) if b.kind]
    temporal = sum(3 * w * w + 2 * w for w in widths)
    assert sum(p.numel() for p in network.parameters()) == temporal + sum(
        p.numel() for p in image_network.parameters()
    )


@pytest.mark.parametrize('frames', [16, 17, 35, 48])
def test_shape(frames):
    with torch.no_grad():
        y = tiny_p3d().eval()(clips(frames=frames))
    assert y.shape == (2, 8 * 8 * 4, frames // 16, 1, 1)


@pytest.mark.parametrize('style', ['pytorch', 'caffe'])
def test_gradients(style):
    network, x = tiny_p3d(style=style).double(), clips().double()
    check_gradients(network, lambda: network(x).square().mean())


def test_videos_do_not_mix():
    network = warm_up(tiny_p3d())
    x = clips(batch=3)
    with torch.no_grad():
        together = network(x)
        alone = torch.cat([network(x[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_order_of_frames_matters():
    network = warm_up(tiny_p3d())
    x = clips()
    with torch.no_grad():
        change = (network(x) - network(x.flip(2))).abs().max()
    assert change > 1e-2


@pytest.mark.parametrize('kind', KINDS)
def test_block(kind):
    """What a block computes, written down with 3-D convolutions."""
    torch.manual_seed(0)
    block = P3DBlock(8, 4, stride=2, kind=kind, style='pytorch').eval()
    # [B*T, C, H, W]
    x = torch.randn(2 * 6, 8, 8, 8)
    relu = torch.relu

    def spatial(y):
        return relu(block.bn2(block.conv2(y)))

    def temporal(y):
        weight = block.temporal_conv.weight[..., None]
        volumes = y.unflatten(0, (2, 6)).transpose(1, 2)
        out = torch.conv3d(volumes, weight, padding=(1, 0, 0))
        return block.temporal_bn(out.transpose(1, 2).flatten(0, 1))

    with torch.no_grad():
        y = relu(block.bn1(block.conv1(x)))
        if kind == 'A':
            y = relu(temporal(spatial(y)))
        elif kind == 'B':
            y = relu(spatial(y) + temporal(y[:, :, ::2, ::2]))
        else:
            y = relu(0.5 * spatial(y) + 0.5 * temporal(spatial(y)))
        y = relu(block.bn3(block.conv3(y)) + block.downsample(x))
        torch.testing.assert_close(block(x, 6), y)


@pytest.mark.parametrize('style', ['pytorch', 'caffe'])
@pytest.mark.parametrize('library', ['MMAction2', 'torchvision'])
def test_still_video(tmp_path, style, library):
    """Inflated, and before time acts, it is the image network."""
    torch.manual_seed(0)
    image_network = ResNet(50, style=style)
    image_network.train()
    with torch.no_grad():
        for _ in range(3):
            image_network(torch.randn(8, 3, 64, 64))
    image_network.eval()
    state = image_network.state_dict()
    if library == 'torchvision':
        state = torchvision_names(state)
    torch.save(state, tmp_path / 'image.pth')
    network = P3DResNet(
        50,
        style=style,
        init_cfg=dict(
            type='Pretrained', checkpoint=str(tmp_path / 'image.pth')
        ),
    )
    network.init_weights()
    network.eval()
    for block in blocks_of(network):
        block.over_time = {
            'A': lambda y, frames: y,
            'B': lambda y, frames: torch.zeros_like(y),
            'C': lambda y, frames: y,
            None: None,
        }[block.kind]
    image = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        video = network(image[:, :, None].expand(-1, -1, 16, -1, -1))
        torch.testing.assert_close(
            video[:, :, 0], image_network(image), rtol=1e-4, atol=1e-4
        )


def torchvision_names(state):
    renamed = {}
    for name, value in state.items():
        name = name.replace('downsample.conv', 'downsample.0')
        name = name.replace('downsample.bn', 'downsample.1')
        for i in '123':
            name = name.replace(f'conv{i}.conv', f'conv{i}')
            name = name.replace(f'conv{i}.bn', f'bn{i}')
        renamed[name] = value
    return renamed


def test_in_mmactions_recognizer():
    init_default_scope('mmaction')
    model = MODELS.build(
        dict(
            type='Recognizer3D',
            backbone=dict(type='P3DResNet', depth=26, base_channels=8),
            cls_head=dict(type='I3DHead', num_classes=4, in_channels=256),
        )
    )
    # [B, V, 3, T, H, W]
    logits = model(clips()[:, None], stage='head')
    assert logits.shape == (2, 4)


def test_bad_input(tmp_path):
    with pytest.raises(
        StNetInputError, match='unknown depth of P3D 18.*26, 50, 101'
    ):
        P3DResNet(18)
    with pytest.raises(StNetInputError, match="unknown style 'tf'"):
        P3DResNet(50, style='tf')
    with pytest.raises(StNetInputError, match='16 frames or more, not 8'):
        tiny_p3d()(clips(frames=8))
    torch.save(ResNet(50).state_dict(), tmp_path / 'r50.pth')
    network = P3DResNet(
        101,
        init_cfg=dict(type='Pretrained', checkpoint=str(tmp_path / 'r50.pth')),
    )
    with pytest.raises(StNetInputError, match=r'r50\.pth does not fit'):
        network.init_weights()
