"""2-D image networks of every library, as they are without StNet."""

from __future__ import annotations

from mmaction.registry import MODELS
from torch import Tensor, nn

from stnet_mm.models import StNet

# Trunk configs, and a size of image that is enough for them.
FAMILIES = {
    'resnet': (dict(type='ResNet', depth=18), 32),
    'se-resnext': (
        dict(
            type='mmpretrain.SEResNeXt',
            depth=50,
            groups=32,
            width_per_group=4,
        ),
        64,
    ),
    'inception-resnet-v2': (dict(type='timm.inception_resnet_v2'), 107),
    'convnext': (dict(type='mmpretrain.ConvNeXt', arch='atto'), 64),
    'mobilenet-v3': (dict(type='timm.mobilenetv3_small_050'), 64),
    'regnet': (dict(type='torchvision.regnet_y_400mf'), 64),
}


def image_network(trunk: dict) -> nn.Module:
    """The network of a trunk config, with its library's own classifier."""
    library, _, name = trunk['type'].partition('.')
    kwargs = {k: v for k, v in trunk.items() if k != 'type'}
    if library == 'timm':
        import timm

        return timm.create_model(name, num_classes=10, **kwargs)
    if library == 'torchvision':
        import torchvision

        return torchvision.models.get_model(name, num_classes=10, **kwargs)
    return MODELS.build(trunk)


def last_feature_maps(
    network: nn.Module, stnet: StNet, images: Tensor
) -> Tensor:
    """What the network's own forward pass has where StNet's trunk ends."""
    maps = []
    last = network.get_submodule(stnet.layer_names[-1])
    hook = last.register_forward_hook(lambda _, args, out: maps.append(out))
    network(images)
    hook.remove()
    return maps[0]
