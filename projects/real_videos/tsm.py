"""TSM on any 2-D trunk of StNet that has residual blocks of timm."""

from __future__ import annotations

from mmaction.models.backbones.resnet_tsm import TemporalShift
from mmaction.registry import MODELS
from timm.models._efficientnet_blocks import InvertedResidual
from torch import Tensor

from stnet_mm.models import StNet


@MODELS.register_module()
class TSMTrunk(StNet):
    """An image network whose residual branches are shifted in time.

    After Lin et al., "TSM: Temporal Shift Module for Efficient Video
    Understanding" (ICCV 2019): where a block has a shortcut, one eighth of
    the channels that enter its branch come from the frame before, another
    eighth from the frame after.

    Args:
        **kwargs: Those of ``StNet``.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.num_segments = 1
        for module in self.modules():
            if isinstance(module, InvertedResidual) and module.has_skip:
                module.conv_pw.register_forward_pre_hook(self._shift)

    def forward(self, x: Tensor, num_segments: int, prepare=None) -> Tensor:
        """As that of ``StNet``."""
        self.num_segments = num_segments
        # Not in chunks, which would part the segments of a video.
        if prepare is not None:
            x = prepare(x)
        for group in self.stage_groups:
            x = self.run_stages(group.stages, x)
        return x

    def _shift(self, module, args: tuple[Tensor]) -> tuple[Tensor]:
        return (TemporalShift.shift(args[0], self.num_segments, 8),)
