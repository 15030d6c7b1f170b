"""Trunks: 2-D image networks of four libraries, ready to become StNet.

This is the one place that knows the libraries.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, cast

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from ..errors import StNetInputError
from .trunk_tracing import Layer, group_by_resolution, trace_layers

# Arguments of image networks that would be lost here, and what replaces them.
_OURS = {
    'in_channels': 'num_frames',
    'in_chans': 'num_frames',
    'pretrained': 'init_cfg',
    'weights': 'init_cfg',
    'init_cfg': 'init_cfg',
    'frozen_stages': 'frozen_stages',
    'norm_eval': 'norm_eval',
}


class Trunk(NamedTuple):
    """An image network whose stem takes super-images.

    Attributes:
        modules (dict[str, nn.Module]): The parts of the network that lead to
            its last feature maps.
        layers (dict[str, int]): Dotted names of the layers, in the order in
            which they run, and the channels of their outputs.
        stages (tuple[str, ...]): Names of those after which the resolution
            drops, and of the last one.
        stem (str): Dotted name of the stem convolution.
        init_cfg (list[dict]): How the library initializes the network, in
            MMEngine's terms; empty if it does so when it builds it.
    """

    modules: dict[str, nn.Module]
    layers: dict[str, int]
    stages: tuple[str, ...]
    stem: str
    init_cfg: list[dict]


def build_trunk(cfg: dict, num_frames: int) -> Trunk:
    """Build an image network and let its stem take super-images.

    Args:
        cfg (dict): Config of the network. Its ``type`` is a backbone of
            MMAction2 (``'ResNet'``) or, with the library's name before it, of
            mmpretrain (``'mmpretrain.SEResNeXt'``), timm
            (``'timm.inception_resnet_v2'``) or torchvision
            (``'torchvision.regnet_y_400mf'``). The library is imported only
            if it is asked for.
        num_frames (int): N, the frames of a super-image.

    Returns:
        Trunk: The network, taken apart.

    Raises:
        StNetInputError: If the config is wrong or the network cannot be a
            trunk.
    """
    name = cfg.get('type')
    if not isinstance(name, str):
        raise StNetInputError(f"trunk must be dict(type='...'), not {cfg}")
    for key in sorted(_OURS.keys() & cfg.keys()):
        if cfg[key] not in (None, False):
            raise StNetInputError(
                f'trunk {name}: {key} is not for the trunk, give '
                f'{_OURS[key]} to StNet instead'
            )
    try:
        network, features = _build_network(cfg)
        layers, stem = trace_layers(network, features)
    except Exception as error:
        # Libraries refuse a config with errors of any kind, and networks
        # that want another input fail wherever it hurts.
        raise StNetInputError(
            f'{dict(cfg)} cannot be a trunk of StNet: {error}'
        ) from error
    _widen_stem(network, stem, num_frames)
    init_cfg = getattr(network, 'init_cfg', None) or []
    return Trunk(
        modules=_parts_in_use(name, network, layers),
        layers={layer.name: layer.channels for layer in layers},
        stages=tuple(g[-1].name for g in group_by_resolution(layers)),
        stem=stem,
        init_cfg=[init_cfg] if isinstance(init_cfg, dict) else init_cfg,
    )


def _build_network(
    cfg: dict,
) -> tuple[nn.Module, Callable[[Tensor], Any]]:
    """An RGB network of the library, and its pass up to feature maps."""
    library, dot, name = cfg['type'].partition('.')
    kwargs = {k: v for k, v in cfg.items() if k not in (*_OURS, 'type')}
    if dot:
        # mmpretrain itself imports its networks, and torchvision, only later.
        module = 'mmpretrain.models' if library == 'mmpretrain' else library
        try:
            import_module(module)
        except ImportError as error:
            missing = (error.name or library).partition('.')[0]
            raise StNetInputError(
                f'{library} cannot be imported ({error}): pip install '
                f'{missing}'
            ) from error
    if library == 'timm':
        import timm

        network = timm.create_model(name, num_classes=0, **kwargs)
        return network, network.forward_features
    if library == 'torchvision':
        import torchvision

        network = torchvision.models.get_model(name, weights=None, **kwargs)
    else:
        network = MODELS.build(dict(type=cfg['type'], **kwargs))
    return network, network


def _widen_stem(network: nn.Module, stem: str, num_frames: int) -> None:
    """Give the stem convolution 3N input channels, with random weights."""
    parent, _, name = stem.rpartition('.')
    conv = copy.deepcopy(cast(nn.Conv2d, network.get_submodule(stem)))
    conv.in_channels = 3 * num_frames
    shape = conv.weight.shape
    weight = torch.empty(shape[0], conv.in_channels, *shape[2:])
    nn.init.kaiming_normal_(weight, mode='fan_out', nonlinearity='relu')
    conv.weight = nn.Parameter(weight)
    setattr(network.get_submodule(parent), name, conv)


def _parts_in_use(
    name: str, network: nn.Module, layers: list[Layer]
) -> dict[str, nn.Module]:
    """Children of the network that hold the layers, and all of each."""
    used = {
        id(parameter)
        for layer in layers
        for parameter in network.get_submodule(layer.name).parameters()
    }
    tops = dict.fromkeys(layer.name.partition('.')[0] for layer in layers)
    parts = {top: network.get_submodule(top) for top in tops}
    unused = [
        f'{top}.{key}'
        for top, part in parts.items()
        for key, parameter in part.named_parameters()
        if id(parameter) not in used
    ]
    unused += [key for key, _ in network.named_parameters(recurse=False)]
    if unused:
        raise StNetInputError(
            f'{name} cannot be a trunk of StNet: the modules that lead to its '
            f'feature maps do not use {unused[0]}'
        )
    return parts
