"""Weights of image networks, from every library, into StNet's trunk."""

import pytest
import torch
from mmaction.registry import MODELS
from safetensors.torch import save_file
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.models import P3DResNet, StNet, image_weights
from stnet_mm.models.image_weights import inflate_stem, load_image_weights

from .image_networks import FAMILIES, image_network, last_feature_maps
from .tiny import warm_up_image_network

N = 3
LIBRARIES = ('torchvision', 'timm', 'mmpretrain', 'mmaction')
RESNET18 = {
    'torchvision': dict(type='torchvision.resnet18'),
    'timm': dict(type='timm.resnet18'),
    'mmpretrain': dict(type='mmpretrain.ResNet', depth=18),
    'mmaction': dict(type='ResNet', depth=18),
}


def stnet(trunk, checkpoint, **kwargs):
    init_cfg = dict(type='Pretrained', checkpoint=str(checkpoint))
    backbone = StNet(trunk, init_cfg=init_cfg, **{'num_frames': N, **kwargs})
    backbone.init_weights()
    return backbone.eval()


@pytest.fixture(scope='module', params=FAMILIES)
def family(request, tmp_path_factory):
    """A trunk config, its image network, the file of that, and an image."""
    trunk, size = FAMILIES[request.param]
    torch.manual_seed(0)
    network = image_network(trunk)
    warm_up_image_network(network, size)
    path = tmp_path_factory.mktemp('image') / f'{request.param}.pth'
    torch.save(network.state_dict(), path)
    return trunk, network, path, torch.rand(2, 3, size, size)


def test_mean_inflation(family):
    trunk, network, path, images = family
    backbone = stnet(trunk, path)
    ours = backbone.get_submodule(backbone.stem_name)
    theirs = network.get_submodule(backbone.stem_name)
    # The mean of the weights over RGB sees the mean of the colors.
    gray = images.mean(dim=1, keepdim=True).expand_as(images)
    with torch.no_grad():
        one, two = ours(images.repeat(1, N, 1, 1)), theirs(gray)
    assert torch.allclose(one, two, atol=1e-6 * two.abs().max())


def test_repeat_inflation(family):
    trunk, network, path, images = family
    backbone = stnet(trunk, path, stem_inflation='repeat', temporal_stages=())
    with torch.no_grad():
        ours = backbone(images.repeat(1, N, 1, 1), num_segments=1)
        theirs = last_feature_maps(network, backbone, images)
    assert theirs.std() > 0
    assert torch.allclose(ours, theirs, atol=1e-5 * theirs.abs().max())


def test_one_frame_keeps_the_image_network(family):
    trunk, network, path, images = family
    backbone = stnet(trunk, path, num_frames=1, temporal_stages=())
    with torch.no_grad():
        ours = backbone(images, num_segments=1)
        theirs = last_feature_maps(network, backbone, images)
    assert torch.allclose(ours, theirs, atol=1e-6 * theirs.abs().max())


@pytest.fixture(scope='module')
def resnet18(tmp_path_factory):
    """One ResNet-18, in a file as each library would write it."""
    folder = tmp_path_factory.mktemp('resnet18')
    torch.manual_seed(0)
    network = image_network(RESNET18['torchvision'])
    warm_up_image_network(network, 32)
    state = network.state_dict()
    files = {library: folder / f'{library}.pth' for library in LIBRARIES}
    torch.save(state, files['torchvision'])

    files['timm'] = folder / 'timm.safetensors'
    other = image_network(RESNET18['timm'])
    other.load_state_dict(state, strict=True)
    save_file(other.state_dict(), files['timm'])

    trunk = {k: v for k, v in state.items() if not k.startswith('fc.')}
    other = MODELS.build(RESNET18['mmpretrain'])
    other.load_state_dict(trunk, strict=True)
    classifier = dict(backbone=other, head=torch.nn.Linear(512, 10))
    classifier = torch.nn.ModuleDict(classifier)
    torch.save(dict(state_dict=classifier.state_dict()), files['mmpretrain'])

    # MMAction2 reads torchvision's file with its own code.
    other = MODELS.build(
        dict(RESNET18['mmaction'], pretrained=str(files['torchvision']))
    )
    other.init_weights()
    recognizer = dict(backbone=other, cls_head=torch.nn.Linear(512, 10))
    recognizer = torch.nn.ModuleDict(recognizer)
    torch.save(
        dict(state_dict=recognizer.state_dict(), meta={}), files['mmaction']
    )
    return files


@pytest.mark.parametrize('trunk', LIBRARIES)
def test_every_layout_initializes_the_same(resnet18, trunk):
    states = []
    for library in LIBRARIES:
        torch.manual_seed(1)
        backbone = stnet(RESNET18[trunk], resnet18[library])
        states.append(backbone.state_dict())
    # The trunk comes from the file; were it left alone, it would differ.
    torch.manual_seed(1)
    fresh = StNet(RESNET18[trunk], num_frames=N).state_dict()
    stem = next(iter(fresh))
    assert not torch.equal(fresh[stem], states[0][stem])
    for state in states[1:]:
        assert state.keys() == states[0].keys()
        for name, tensor in state.items():
            assert torch.equal(tensor, states[0][name]), name


def test_se_resnext_of_timm_for_mmpretrain(tmp_path):
    torch.manual_seed(0)
    network = image_network(dict(type='timm.seresnext50_32x4d'))
    warm_up_image_network(network, 64)
    path = tmp_path / 'seresnext50.safetensors'
    save_file(network.state_dict(), path)
    backbone = stnet(
        FAMILIES['se-resnext'][0],
        path,
        stem_inflation='repeat',
        temporal_stages=(),
    )
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        ours = backbone(images.repeat(1, N, 1, 1), num_segments=1)
        theirs = network.forward_features(images)
    assert torch.allclose(ours, theirs, atol=1e-5 * theirs.abs().max())


def test_report(resnet18, monkeypatch):
    lines = []
    monkeypatch.setattr(
        image_weights, 'print_log', lambda line, **_: lines.append(line)
    )
    stnet(RESNET18['mmaction'], resnet18['torchvision'])
    assert 'torchvision.pth: loaded 100 entries into the trunk' in lines[0]
    assert 'conv1.conv.weight inflated to 3 frames (mean)' in lines[0]
    assert '4 temporal layers stay new' in lines[0]
    assert 'not used: fc' in lines[0]


def test_wrong_checkpoints(resnet18, tmp_path):
    def refused(trunk, state, message):
        path = tmp_path / 'image.pth'
        torch.save(state, path)
        with pytest.raises(StNetInputError, match=message) as caught:
            stnet(trunk, path)
        assert 'image.pth' in str(caught.value)

    shallow, deep = RESNET18['mmaction'], dict(type='ResNet', depth=34)
    state = torch.load(resnet18['torchvision'])
    refused(deep, state, r'layer1.2.conv1.weight is missing')
    state34 = MODELS.build(deep).state_dict()
    refused(shallow, state34, 'layer1.2.conv1.weight is not in the trunk')
    for config in ('convnext', 'mobilenet-v3', 'inception-resnet-v2'):
        refused(FAMILIES[config][0], state, 'does not fit the trunk')
    refused(shallow, {}, 'does not fit the trunk: 100 entries')
    refused(shallow, dict(epoch=3), 'does not fit the trunk')
    refused(
        shallow,
        {**state, 'conv1.weight': torch.rand(64, 15, 7, 7)},
        'takes 15 channels.* 9 for num_frames=3',
    )
    # Of a StNet, the temporal blocks would be lost.
    own = StNet(shallow, num_frames=N).state_dict()
    own = {f'backbone.{name}': tensor for name, tensor in own.items()}
    refused(shallow, own, 'temporal layers.*load_from')


def test_new_parameters():
    """They are those that the same network without time does not have."""
    image = StNet(RESNET18['mmaction'], num_frames=N, temporal_stages=())
    backbone = StNet(RESNET18['mmaction'], num_frames=N)
    new = {name for name in backbone.state_dict() if backbone.is_new(name)}
    assert new == backbone.state_dict().keys() - image.state_dict().keys()
    assert len(new) == 2 * 7
    p3d = P3DResNet(depth=26, base_channels=8)
    new = {name for name in p3d.state_dict() if p3d.is_new(name)}
    # 6 blocks with a convolution, and the 5 entries of its BatchNorm.
    assert len(new) == 6 * (1 + 5)
    assert 'layer1.0.temporal_conv.weight' in new
    assert 'layer1.0.temporal_bn.running_mean' in new


def test_video_networks_are_no_image_networks(tmp_path):
    stnet = StNet(RESNET18['torchvision'], num_frames=N)
    p3d = P3DResNet(depth=26, base_channels=8)
    torch.save(stnet.state_dict(), tmp_path / 'stnet.pth')
    torch.save(p3d.state_dict(), tmp_path / 'p3d.pth')
    for backbone in (stnet, p3d):
        for name in ('stnet.pth', 'p3d.pth'):
            with pytest.raises(StNetInputError, match=f'{name} is of a video'):
                load_image_weights(backbone, str(tmp_path / name))


class Own(nn.Module):
    """A backbone of a user, as ImageBackbone describes it."""

    stem_name, num_frames, stem_inflation = 'stem', 2, 'repeat'

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(6, 4, 3)
        self.temporal_pooling = nn.Conv2d(4, 4, 1)
        self.over_time = nn.Conv1d(4, 4, 3)

    def is_new(self, name):
        return name.startswith('over_time.')


def test_a_backbone_of_the_user(tmp_path):
    """What is new is what it says, whatever it is called."""
    state = {
        'stem.weight': torch.rand(4, 3, 3, 3),
        'stem.bias': torch.rand(4),
        'temporal_pooling.weight': torch.rand(4, 4, 1, 1),
        'temporal_pooling.bias': torch.rand(4),
    }
    torch.save(state, tmp_path / 'image.pth')
    backbone = Own()
    before = backbone.over_time.weight.clone()
    load_image_weights(backbone, str(tmp_path / 'image.pth'))
    assert torch.equal(
        backbone.temporal_pooling.weight, state['temporal_pooling.weight']
    )
    assert torch.equal(backbone.over_time.weight, before)
    assert torch.equal(backbone.stem.weight[:, 3:], state['stem.weight'] / 2)
    torch.save(backbone.state_dict(), tmp_path / 'own.pth')
    with pytest.raises(StNetInputError, match='own.pth is of a video'):
        load_image_weights(backbone, str(tmp_path / 'own.pth'))


def test_inflate_stem():
    weight = torch.rand(4, 3, 7, 7)
    assert torch.equal(inflate_stem(weight, 1), weight)
    repeated = inflate_stem(weight, N, 'repeat')
    # Channel 3 * n + c is color c of frame n.
    assert torch.allclose(repeated[:, 5], weight[:, 2] / N)
    assert torch.allclose(
        inflate_stem(weight, N)[:, 5], weight.mean(dim=1) / N
    )
