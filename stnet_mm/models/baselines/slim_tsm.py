"""TSM with a small trunk, for small data."""

from __future__ import annotations

from mmaction.models.backbones import ResNetTSM
from mmaction.registry import MODELS

from ..slim_resnet import slim


@MODELS.register_module()
class StNetSlimResNetTSM(ResNetTSM):
    """MMAction2's TSM with the trunk of ``StNetSlimResNet``.

    Args:
        depth (int): 18, 34, 50, 101 or 152.
        num_segments (int): T. Defaults to 8.
        base_channels (int): Channels of the stem. Defaults to 16.
        **kwargs: Further arguments of MMAction2's ``ResNetTSM``.
    """

    def __init__(
        self,
        depth: int,
        num_segments: int = 8,
        base_channels: int = 16,
        **kwargs,
    ) -> None:
        self.base_channels = base_channels
        # There are no pretrained weights of this size.
        super().__init__(depth, num_segments, pretrained2d=False, **kwargs)

    def init_structure(self) -> None:
        """Make the trunk small before its blocks are shifted."""
        slim(self, self.base_channels)
        super().init_structure()
