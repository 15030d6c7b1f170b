"""A ResNet for small data."""

from __future__ import annotations

from mmaction.models.backbones.resnet import ResNet, make_res_layer
from mmaction.registry import MODELS
from mmcv.cnn import ConvModule


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
        slim(self, base_channels)


def slim(resnet: ResNet, base_channels: int) -> None:
    """Build the stem and the stages of a ResNet anew, with fewer channels.

    Args:
        resnet (ResNet): MMAction2's, just built; changed in place.
        base_channels (int): Channels of the stem.
    """
    layer_cfg = dict(
        conv_cfg=resnet.conv_cfg,
        norm_cfg=resnet.norm_cfg,
        act_cfg=resnet.act_cfg,
    )
    resnet.conv1 = ConvModule(
        resnet.in_channels,
        base_channels,
        kernel_size=7,
        stride=2,
        padding=3,
        bias=False,
        **layer_cfg,
    )
    resnet.inplanes = base_channels
    for i, name in enumerate(resnet.res_layers):
        planes = base_channels * 2**i
        layer = make_res_layer(
            resnet.block,
            resnet.inplanes,
            planes,
            resnet.stage_blocks[i],
            stride=resnet.strides[i],
            dilation=resnet.dilations[i],
            style=resnet.style,
            with_cp=resnet.with_cp,
            **layer_cfg,
        )
        setattr(resnet, name, layer)
        resnet.inplanes = planes * resnet.block.expansion
    resnet.feat_dim = resnet.inplanes
