"""Grad-CAM maps of networks whose answer is known, and of others."""

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.explain import GradCAMMaps, find_layer

from ..models.tiny import (
    frames,
    samples,
    tiny_backbone,
    tiny_recognizer,
    warm_up,
)

T, N = 2, 3


def batch(videos=2, images=T * N, size=64, seed=0):
    """A batch as a data loader gives it."""
    data = frames(videos, images, size, seed) * 50 + 120
    return dict(
        inputs=[video.clamp(0, 255).byte() for video in data],
        data_samples=samples([1] * videos),
    )


def tsn():
    """MMAction2's TSN, tiny."""
    torch.manual_seed(0)
    init_default_scope('mmaction')
    return MODELS.build(
        dict(
            type='Recognizer2D',
            backbone=dict(type='StNetSlimResNet', depth=18, base_channels=8),
            cls_head=dict(type='TSNHead', num_classes=6, in_channels=64),
            data_preprocessor=dict(
                type='ActionDataPreprocessor', format_shape='NCHW'
            ),
        )
    )


def c3d():
    """A 3-D network of MMAction2, tiny."""
    torch.manual_seed(0)
    init_default_scope('mmaction')
    backbone = dict(
        type='ResNet3d',
        depth=18,
        base_channels=8,
        pretrained=None,
        pretrained2d=False,
        conv1_kernel=(3, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate_style='3x3x3',
    )
    return MODELS.build(
        dict(
            type='Recognizer3D',
            backbone=backbone,
            cls_head=dict(type='I3DHead', num_classes=6, in_channels=64),
            data_preprocessor=dict(
                type='ActionDataPreprocessor', format_shape='NCTHW'
            ),
        )
    )


def colour_detector():
    """StNet whose classes 0, 1 and 2 are how red, green, blue a video is."""
    model = tiny_recognizer(tiny_backbone(temporal_stages=()))
    head = dict(
        type='SegmentPoolHead', num_classes=3, in_channels=64, pool='mean'
    )
    model.cls_head = MODELS.build(head)
    stem = nn.Conv2d(3 * N, 64, 8, stride=8, bias=False)
    nn.init.zeros_(stem.weight)
    for colour in range(3):
        # The same colour of each of the N frames.
        stem.weight.data[colour, colour::3] = 1
    nn.init.zeros_(model.cls_head.fc_cls.weight)
    model.cls_head.fc_cls.weight.data[:, :3] = torch.eye(3)
    model.backbone.conv1.conv, model.backbone.conv1.bn = stem, nn.Identity()
    for name in ('maxpool', 'layer1', 'layer2', 'layer3'):
        setattr(model.backbone, name, nn.Identity())
    model.backbone.layer4 = nn.ReLU(inplace=True)
    return model.eval()


def test_points_at_the_place_and_time_of_the_class():
    model = colour_detector()
    video = torch.full((T * N, 3, 64, 64), 120, dtype=torch.uint8)
    video[:N, 0, 8:16, 40:48] = 255  # red in the first segment
    video[N:, 1, 48:56, 0:8] = 255  # green in the second
    data = dict(inputs=[video], data_samples=samples([0]))
    for colour, segment, row, column in ((0, 0, 1, 5), (1, 1, 6, 0)):
        maps, _ = GradCAMMaps(model, 'backbone.layer4')(
            data, torch.tensor([colour])
        )
        assert maps.shape == (1, T, 8, 8)
        expected = torch.zeros(T, 8, 8)
        expected[segment, row, column] = 1
        above = maps[0] - maps[0].median()
        torch.testing.assert_close(above / above.max(), expected)


def test_follows_a_flip():
    model = colour_detector()
    data = batch()
    flipped = dict(data, inputs=[video.flip(-1) for video in data['inputs']])
    see = GradCAMMaps(model, 'backbone.layer4')
    torch.testing.assert_close(see(flipped).maps, see(data).maps.flip(-1))


def test_another_classifier_gives_other_maps():
    """Sanity check of Adebayo et al., NeurIPS 2018."""
    model = tiny_recognizer()
    warm_up(model, T * N)
    see, classes = GradCAMMaps(model, 'backbone.layer3'), torch.tensor([1, 1])
    before = see(batch(), classes).maps
    nn.init.normal_(model.cls_head.fc_cls.weight)
    after = see(batch(), classes).maps
    together = torch.stack([before.flatten(), after.flatten()])
    assert torch.corrcoef(together)[0, 1] < 0.9


def test_tsn_and_3d_maps_are_what_the_classifier_sees():
    """Behind the mean and a linear classifier, Grad-CAM is CAM."""
    for model, images in ((tsn(), 4), (c3d(), 8)):
        data = batch(images=images)
        if model.data_preprocessor.format_shape == 'NCTHW':
            # [T, 3, H, W] -> [1, 3, T, H, W]
            data['inputs'] = [
                video.transpose(0, 1)[None] for video in data['inputs']
            ]
        features = []
        handle = model.backbone.layer4.register_forward_hook(
            lambda module, args, out, kept=features: kept.append(out.detach())
        )
        classes = torch.tensor([3, 5])
        see = GradCAMMaps(model, 'backbone.layer4')
        maps, logits = see(data, classes)
        handle.remove()
        assert logits.shape == (2, 6)
        (x,) = features
        # [B*S, C, h, w] or [B, C, S, h, w] -> [B, S, C, h, w]
        x = x.unflatten(0, (2, -1)) if x.ndim == 4 else x.transpose(1, 2)
        weight = model.cls_head.fc_cls.weight[classes].detach()
        places = x.shape[1] * x.shape[3] * x.shape[4]
        expected = torch.einsum('bschw,bc->bshw', x, weight).relu() / places
        torch.testing.assert_close(maps, expected)


@pytest.mark.parametrize('layer', ['layer2', 'temporal_blocks.layer3'])
def test_videos_do_not_mix(layer):
    model = tiny_recognizer()
    warm_up(model, T * N)
    see, data = GradCAMMaps(model, f'backbone.{layer}'), batch(3)
    together = see(data).maps
    for i in range(3):
        alone = see({key: value[i : i + 1] for key, value in data.items()})
        torch.testing.assert_close(
            alone.maps[0], together[i], rtol=1e-3, atol=1e-6
        )


def test_a_layer_whose_output_is_changed_in_place():
    model = tiny_recognizer()
    warm_up(model, T * N)
    see = GradCAMMaps(model, 'backbone.layer2.0.conv1.bn')
    in_place = see(batch()).maps
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    torch.testing.assert_close(see(batch()).maps, in_place)


def test_leaves_nothing_behind():
    model = tiny_recognizer()
    warm_up(model, T * N)
    before = model.test_step(batch())
    see = GradCAMMaps(model, 'backbone.layer4')
    with torch.no_grad():  # does not stand in the way
        _, logits = see(batch())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())
    scores = torch.stack([s.pred_score for s in before])
    torch.testing.assert_close(logits.softmax(dim=1), scores)


def test_frozen_network():
    model = tiny_recognizer().requires_grad_(False)
    warm_up(model, T * N)
    frozen = GradCAMMaps(model, 'backbone.layer3')(batch()).maps
    model.requires_grad_(True)
    free = GradCAMMaps(model, 'backbone.layer3')(batch()).maps
    torch.testing.assert_close(frozen, free)


def test_wrong_layers():
    model = tiny_recognizer()
    with pytest.raises(StNetInputError, match=r"'backbone\.layer9'.*layer4"):
        GradCAMMaps(model, 'backbone.layer9')
    with pytest.raises(StNetInputError, match='it has .*backbone'):
        find_layer(model, '')
    with pytest.raises(StNetInputError, match='no feature maps'):
        GradCAMMaps(model, 'cls_head.fc_cls')(batch())
    with pytest.raises(StNetInputError, match='was not used'):
        GradCAMMaps(model, 'data_preprocessor')(batch())
    slashes = find_layer(model, 'backbone/layer4')
    assert slashes is model.backbone.layer4


def test_several_views():
    model = tiny_recognizer(test_cfg=dict(num_segments=T))
    with pytest.raises(StNetInputError, match='2 views'):
        GradCAMMaps(model, 'backbone.layer4')(batch(images=2 * T * N))
