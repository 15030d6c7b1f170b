"""Trunks: 2-D image backbones, taken apart into a chain of stages.

A trunk is what StNet needs to know of an image backbone: its modules in the
order in which its forward pass runs them, and which of them are stages. This
is the one place that knows the families of backbones.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from mmaction.models.backbones.resnet import ResNet, make_res_layer
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule
from torch import nn

from ..errors import StNetInputError


class Trunk(NamedTuple):
    """A 2-D backbone as a chain.

    Attributes:
        chain (dict[str, nn.Module]): The modules by name, in the order of
            the forward pass; each takes the output of the one before.
        stages (tuple[str, ...]): Names of those that are stages.
    """

    chain: dict[str, nn.Module]
    stages: tuple[str, ...]


def build_trunk(cfg: dict, in_channels: int) -> Trunk:
    """Build a 2-D backbone whose stem takes super-images.

    Args:
        cfg (dict): Config of the backbone.
        in_channels (int): Channels of a super-image, 3N.

    Returns:
        Trunk: The backbone as a chain.

    Raises:
        StNetInputError: If the config is wrong or the backbone's family is
            not supported.
    """
    try:
        backbone = MODELS.build({**cfg, 'in_channels': in_channels})
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise StNetInputError(f'trunk {dict(cfg)}: {error}') from error
    if not isinstance(backbone, ResNet):
        raise StNetInputError(
            f'{cfg["type"]} cannot be a trunk of StNet: use ResNet or '
            'StNetSlimResNet'
        )
    return Trunk(
        chain=dict(backbone.named_children()),
        stages=tuple(backbone.res_layers),
    )


def output_channels(chain: dict[str, nn.Module], in_channels: int) -> dict:
    """Find the number of channels that each module of a chain puts out.

    Args:
        chain (dict[str, nn.Module]): Modules by name, in order.
        in_channels (int): Channels that the first one takes.

    Returns:
        dict[str, int]: Channels by name.
    """
    channels = {}
    modes = {name: module.training for name, module in chain.items()}
    with torch.no_grad():
        # Evaluation mode: the probe must not reach running statistics.
        x = torch.zeros(1, in_channels, 64, 64)
        for name, module in chain.items():
            x = module.eval()(x)
            channels[name] = x.shape[1]
    for name, module in chain.items():
        module.train(modes[name])
    return channels


@MODELS.register_module()
class StNetSlimResNet(ResNet):
    """MMAction2's ResNet with fewer channels, for small data and tests.

    Args:
        depth (int): 18, 34, 50, 101 or 152.
        base_channels (int): Channels of the stem; ResNet has 64. Defaults
            to 16.
        **kwargs: Further arguments of MMAction2's ``ResNet``.
    """

    def __init__(self, depth: int, base_channels: int = 16, **kwargs) -> None:
        super().__init__(depth=depth, **kwargs)
        layer_cfg = dict(
            conv_cfg=self.conv_cfg,
            norm_cfg=self.norm_cfg,
            act_cfg=self.act_cfg,
        )
        self.conv1 = ConvModule(
            self.in_channels,
            base_channels,
            kernel_size=7,
            stride=2,
            padding=3,
            bias=False,
            **layer_cfg,
        )
        self.inplanes = base_channels
        for i, name in enumerate(self.res_layers):
            planes = base_channels * 2**i
            layer = make_res_layer(
                self.block,
                self.inplanes,
                planes,
                self.stage_blocks[i],
                stride=self.strides[i],
                dilation=self.dilations[i],
                style=self.style,
                with_cp=self.with_cp,
                **layer_cfg,
            )
            setattr(self, name, layer)
            self.inplanes = planes * self.block.expansion
        self.feat_dim = self.inplanes
