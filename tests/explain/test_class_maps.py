"""Maps and contributions of networks whose answer is known, and of others."""

import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.explain import METHODS, ClassMaps, find_layer

from ..models.tiny import (
    frames,
    samples,
    tiny_backbone,
    tiny_recognizer,
    warm_up,
)
from .wired import N, T, wired_recognizer


def batch(videos=2, images=T * N, size=64, seed=0):
    """A batch as a data loader gives it."""
    data = frames(videos, images, size, seed) * 50 + 120
    return dict(
        inputs=[video.clamp(0, 255).byte() for video in data],
        data_samples=samples([1] * videos),
    )


# MMAction2's networks, tiny.
TSN = dict(
    type='Recognizer2D',
    backbone=dict(type='StNetSlimResNet', depth=18, base_channels=8),
    cls_head=dict(
        type='TSNHead', num_classes=6, in_channels=64, average_clips='prob'
    ),
    data_preprocessor=dict(type='ActionDataPreprocessor', format_shape='NCHW'),
)
C3D = dict(
    type='Recognizer3D',
    backbone=dict(
        type='ResNet3d',
        depth=18,
        base_channels=8,
        pretrained=None,
        pretrained2d=False,
        conv1_kernel=(3, 7, 7),
        conv1_stride_t=1,
        pool1_stride_t=1,
        inflate_style='3x3x3',
    ),
    cls_head=dict(
        type='I3DHead', num_classes=6, in_channels=64, average_clips='prob'
    ),
    data_preprocessor=dict(
        type='ActionDataPreprocessor', format_shape='NCTHW'
    ),
)


def build(cfg):
    """Build a network with random, seeded weights."""
    torch.manual_seed(0)
    init_default_scope('mmaction')
    return MODELS.build(copy.deepcopy(cfg))


def test_points_at_the_place_and_time_of_the_class():
    model = wired_recognizer()
    video = torch.full((T * N, 3, 64, 64), 120, dtype=torch.uint8)
    video[:N, 0, 8:16, 40:48] = 255  # red in the first segment
    video[N:, 1, 48:56, 0:8] = 255  # green in the second
    data = dict(inputs=[video], data_samples=samples([0]))
    for color, segment, row, column in ((0, 0, 1, 5), (1, 1, 6, 0)):
        maps = ClassMaps(model, 'backbone.layer4')(
            data, torch.tensor([color])
        ).maps
        assert maps.shape == (1, T, 8, 8)
        expected = torch.zeros(T, 8, 8)
        expected[segment, row, column] = 1
        above = maps[0] - maps[0].median()
        torch.testing.assert_close(above / above.max(), expected)


def test_follows_a_flip():
    model = wired_recognizer()
    data = batch()
    flipped = dict(data, inputs=[video.flip(-1) for video in data['inputs']])
    see = ClassMaps(model, 'backbone.layer4')
    torch.testing.assert_close(see(flipped).maps, see(data).maps.flip(-1))


def test_another_classifier_gives_other_maps():
    """Sanity check of Adebayo et al., NeurIPS 2018."""
    model = tiny_recognizer()
    warm_up(model, T * N)
    see, classes = ClassMaps(model, 'backbone.layer3'), torch.tensor([1, 1])
    before = see(batch(), classes).maps
    nn.init.normal_(model.cls_head.fc_cls.weight)
    after = see(batch(), classes).maps
    together = torch.stack([before.flatten(), after.flatten()])
    assert torch.corrcoef(together)[0, 1] < 0.9


def test_tsn_and_3d_maps_are_what_the_classifier_sees():
    """Behind the mean and a linear classifier, Grad-CAM is CAM."""
    for model, images in ((build(TSN), 4), (build(C3D), 8)):
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
        see = ClassMaps(model, 'backbone.layer4')
        explanation = see(data, classes)
        maps, logits = explanation.maps, explanation.logits
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
    see, data = ClassMaps(model, f'backbone.{layer}'), batch(3)
    together = see(data).maps
    for i in range(3):
        alone = see({key: value[i : i + 1] for key, value in data.items()})
        torch.testing.assert_close(
            alone.maps[0], together[i], rtol=1e-3, atol=1e-6
        )


def test_a_layer_whose_output_is_changed_in_place():
    model = tiny_recognizer()
    warm_up(model, T * N)
    see = ClassMaps(model, 'backbone.layer2.0.conv1.bn')
    in_place = see(batch()).maps
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    torch.testing.assert_close(see(batch()).maps, in_place)


def test_leaves_nothing_behind():
    model = tiny_recognizer()
    warm_up(model, T * N)
    before = model.test_step(batch())
    see = ClassMaps(model, 'backbone.layer4')
    with torch.no_grad():  # does not stand in the way
        logits = see(batch()).logits
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())
    scores = torch.stack([s.pred_score for s in before])
    torch.testing.assert_close(logits.softmax(dim=1), scores)


def test_every_module_keeps_its_mode():
    model = tiny_recognizer(tiny_backbone(frozen_stages=1))
    warm_up(model, T * N)
    see = ClassMaps(model)
    expected = see(batch())
    model.train()
    modes = [module.training for module in model.modules()]
    assert len(set(modes)) == 2  # what is frozen does not train
    state = copy.deepcopy(model.state_dict())
    see = ClassMaps(model)
    found = see(batch())
    torch.testing.assert_close(found.maps, expected.maps)
    with pytest.raises(StNetInputError, match='no feature maps'):
        ClassMaps(model, 'cls_head.fc_cls')(batch())
    assert [module.training for module in model.modules()] == modes
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, state[name]), name


def test_frozen_network():
    model = tiny_recognizer().requires_grad_(False)
    warm_up(model, T * N)
    frozen = ClassMaps(model, 'backbone.layer3')(batch()).maps
    model.requires_grad_(True)
    free = ClassMaps(model, 'backbone.layer3')(batch()).maps
    torch.testing.assert_close(frozen, free)


def test_wrong_layers():
    model = tiny_recognizer()
    with pytest.raises(StNetInputError, match=r"'backbone\.layer9'.*layer4"):
        ClassMaps(model, 'backbone.layer9')
    with pytest.raises(StNetInputError, match='it has .*backbone'):
        find_layer(model, '')
    with pytest.raises(StNetInputError, match='no feature maps'):
        ClassMaps(model, 'cls_head.fc_cls')(batch())
    with pytest.raises(StNetInputError, match='was not used'):
        ClassMaps(model, 'data_preprocessor')(batch())
    slashes = find_layer(model, 'backbone/layer4')
    assert slashes is model.backbone.layer4


def test_several_views():
    model = tiny_recognizer(test_cfg=dict(num_segments=T))
    with pytest.raises(StNetInputError, match='2 views'):
        ClassMaps(model, 'backbone.layer4')(batch(images=2 * T * N))


@pytest.mark.parametrize('method', METHODS)
def test_every_method_points_at_the_class(method):
    model = wired_recognizer()
    video = torch.full((T * N, 3, 64, 64), 120, dtype=torch.uint8)
    video[N:, 2, 24:32, 8:16] = 255  # blue in the second segment
    data = dict(inputs=[video], data_samples=samples([2]))
    maps = ClassMaps(model, method=method)(data, torch.tensor([2])).maps
    assert maps.shape == (1, T, 8, 8)
    assert maps.argmax() == 64 + 3 * 8 + 1
    assert maps[0, 1, 3, 1] > 1.5 * maps[0, 0].max()


def test_several_classes_in_one_pass():
    model = tiny_recognizer()
    warm_up(model, T * N)
    see = ClassMaps(model, 'backbone.layer3')
    chosen = torch.tensor([[0, 4], [2, 1]])
    for k, found in enumerate(see.of_classes(batch(), chosen)):
        alone = see(batch(), chosen[:, k])
        assert found.classes.tolist() == chosen[:, k].tolist()
        torch.testing.assert_close(found.maps, alone.maps)
        torch.testing.assert_close(found.gradient_input, alone.gradient_input)
    best = see.of_classes(batch(), 6)
    ranked = torch.stack([found.classes for found in best], dim=1)
    order = best[0].logits.argsort(dim=1, descending=True)
    assert ranked.tolist() == order.tolist()


def test_max_pool_contributions_sum_to_the_logit_less_the_bias():
    model = tiny_recognizer()
    warm_up(model, 5 * N)
    nn.init.normal_(model.cls_head.fc_cls.bias)
    classes = torch.tensor([4, 2])
    found = ClassMaps(model)(batch(images=5 * N), classes)
    bias = model.cls_head.fc_cls.bias[classes]
    logit = found.logits.gather(1, classes[:, None])[:, 0]
    torch.testing.assert_close(
        found.head_contributions.sum(dim=1) + bias, logit
    )
    assert found.head_contributions.shape == (2, 5)


def test_gradient_times_input_sums_to_the_logit_where_there_are_no_biases():
    model = tiny_recognizer()
    warm_up(model, 5 * N)
    # BatchNorm subtracts a mean, which is a bias as well.
    for name, values in model.cls_head.state_dict().items():
        if name.endswith(('bias', 'running_mean')):
            values.zero_()
    classes = torch.tensor([4, 2])
    found = ClassMaps(model)(batch(images=5 * N), classes)
    logit = found.logits.gather(1, classes[:, None])[:, 0]
    torch.testing.assert_close(
        found.gradient_input.sum(dim=1), logit, rtol=1e-4, atol=1e-3
    )
    # With the block in between, a segment owes something to its neighbors.
    assert not torch.allclose(
        found.gradient_input, found.head_contributions, rtol=0.1
    )


def test_contributions_of_other_networks():
    """Behind a mean and a linear classifier it is what the classifier adds."""
    model = build(TSN)
    nn.init.normal_(model.cls_head.fc_cls.weight)
    data, classes = batch(images=4), torch.tensor([3, 5])
    found = ClassMaps(model, 'backbone.layer2')(data, classes)
    assert found.head_contributions is None
    bias = model.cls_head.fc_cls.bias[classes]
    logit = found.logits.gather(1, classes[:, None])[:, 0]
    torch.testing.assert_close(found.gradient_input.sum(dim=1) + bias, logit)
    assert found.maps.shape[1] == found.gradient_input.shape[1] == 4


def test_cam_is_exact_at_the_last_maps_only():
    model = tiny_recognizer()
    warm_up(model, T * N)
    with pytest.raises(StNetInputError, match="cam .*'backbone.layer3'"):
        ClassMaps(model, 'backbone.layer3', 'cam')
    with pytest.raises(StNetInputError, match="'camera'.*'gradcam', 'cam',"):
        ClassMaps(model, method='camera')
    # Behind an average pool Grad-CAM is the same but for its scale.
    cam, grad_cam = (
        ClassMaps(model, method=method)(batch()).maps
        for method in ('cam', 'gradcam')
    )
    torch.testing.assert_close(cam, grad_cam)


def test_nothing_before_the_layer_is_recorded():
    model = tiny_recognizer()
    warm_up(model, T * N)
    kept = []
    model.backbone.layer1.register_forward_hook(
        lambda module, args, out: kept.append(out.requires_grad)
    )
    ClassMaps(model, 'backbone.layer3')(batch())
    assert kept == [False]
    assert all(p.requires_grad for p in model.parameters())


def test_networks_that_run_in_parts_are_explained_as_a_whole():
    model = tiny_recognizer()
    warm_up(model, 4 * N)
    see = ClassMaps(model, 'backbone.layer1')
    whole = see(batch(images=4 * N))
    model.backbone.bytes_per_core = 1
    parts = []
    handle = model.backbone.layer1.register_forward_hook(
        lambda module, args, out: parts.append(len(out))
    )
    with torch.no_grad():
        model.test_step(batch(images=4 * N))
    handle.remove()
    assert len(parts) > 1
    with torch.no_grad():
        again = see(batch(images=4 * N))
    torch.testing.assert_close(again.maps, whole.maps)
