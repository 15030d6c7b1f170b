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
