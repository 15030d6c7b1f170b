"""The StNet backbone: a 2-D image network that models time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from mmaction.registry import MODELS
from mmengine.model import BaseModule, ModuleDict
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils import checkpoint as recomputation

from ..errors import StNetInputError
from .image_weights import load_image_weights
from .temporal_modeling_block import TemporalModelingBlock
from .trunks import build_trunk, output_channels


@MODELS.register_module()
class StNet(BaseModule):
    """A staged 2-D image backbone, turned into StNet.

    Its stem convolution takes super-images (3N channels), and temporal
    modeling blocks follow the chosen stages (paper, section 3.2). The modules
    keep the names that they have in the image backbone: ``layer4`` of a
    ResNet is ``backbone.layer4`` here as well.

    Args:
        trunk (dict): Config of the 2-D backbone, for example
            ``dict(type='ResNet', depth=50)``.
        num_frames (int): N, the frames of a super-image. Defaults to 5.
        temporal_stages (Sequence[str]): Names of the stages that a temporal
            modeling block follows. Defaults to ``('layer2', 'layer3')``,
            which are res3 and res4 of a ResNet.
        temporal_order (str): Order of the layers in a temporal modeling
            block, ``'released'`` or ``'paper'``. Defaults to ``'released'``.
        frozen_stages (int): The trunk does not train up to this stage: -1
            nothing, 0 the stem, 1 also the first stage, and so on. Temporal
            blocks always train. Defaults to -1.
        norm_eval (bool): Whether BatchNorm layers of the trunk keep their
            running statistics in training; those of the temporal blocks
            always learn theirs. Defaults to False.
        with_cp (bool): Whether to save memory in training by computing each
            stage again in the backward pass. Defaults to False.
        init_cfg (dict | list[dict], optional): How to initialise the trunk.
            ``dict(type='Pretrained', checkpoint=PATH_OR_URL)`` loads an image
            network; see ``load_image_weights``. Defaults to None, MMAction2's
            random initialisation of a ResNet.

    Raises:
        StNetInputError: If a stage is unknown or named twice, or a number is
            out of range.
    """

    def __init__(
        self,
        trunk: dict,
        num_frames: int = 5,
        temporal_stages: Sequence[str] = ('layer2', 'layer3'),
        temporal_order: str = 'released',
        frozen_stages: int = -1,
        norm_eval: bool = False,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if num_frames < 1:
            raise StNetInputError(
                f'num_frames must be 1 or more, not {num_frames}'
            )
        cfgs = [init_cfg] if isinstance(init_cfg, dict) else init_cfg or []
        super().__init__(
            init_cfg=[c for c in cfgs if c['type'] != 'Pretrained']
            or [
                dict(type='Kaiming', layer='Conv2d'),
                dict(type='Constant', layer='BatchNorm2d', val=1.0),
            ]
        )
        self.pretrained = [
            c['checkpoint'] for c in cfgs if c['type'] == 'Pretrained'
        ]
        self.num_frames = num_frames
        self.norm_eval = norm_eval
        self.with_cp = with_cp

        chain, stages = build_trunk(trunk, in_channels=3 * num_frames)
        for name, module in chain.items():
            self.add_module(name, module)
        # Names of the trunk's modules, in the order in which they run.
        self.chain = tuple(chain)
        self.frozen = self.chain[: self._trunk_end(stages, frozen_stages)]
        for name in self.frozen:
            # Here and not in train(): DistributedDataParallel has to see it.
            getattr(self, name).requires_grad_(False)

        unknown = [name for name in temporal_stages if name not in stages]
        if unknown or len(set(temporal_stages)) < len(temporal_stages):
            raise StNetInputError(
                f'temporal_stages={list(temporal_stages)} must name stages of '
                f'{trunk["type"]}, each once: choose from {", ".join(stages)}'
            )
        channels = output_channels(chain, in_channels=3 * num_frames)
        self.temporal_blocks = ModuleDict(
            {
                name: TemporalModelingBlock(channels[name], temporal_order)
                for name in temporal_stages
            }
        )

    def _trunk_end(self, stages: Sequence[str], last_stage: int) -> int:
        """Length of the chain up to a stage, in ``frozen_stages``' count."""
        ends = [self.chain.index(stages[0])]
        ends += [self.chain.index(name) + 1 for name in stages]
        if not -1 <= last_stage < len(ends):
            raise StNetInputError(
                f'frozen_stages must be in -1..{len(stages)}, not {last_stage}'
            )
        return 0 if last_stage < 0 else ends[last_stage]

    def init_weights(self) -> None:
        """Initialise at random, then load the image network if one is given.

        Raises:
            StNetInputError: If the checkpoint does not fit the trunk.
        """
        super().init_weights()
        for checkpoint in self.pretrained:
            load_image_weights(self, checkpoint)

    def forward(self, x: Tensor, num_segments: int) -> Tensor:
        """Compute the feature maps of the segments.

        Args:
            x (Tensor): Super-images, [B*T, 3N, H, W].
            num_segments (int): T.

        Returns:
            Tensor: Feature maps of the last stage, [B*T, C, H', W'].
        """
        for name in self.chain:
            module = getattr(self, name)
            if self.with_cp and self.training:
                x = _recomputed(module, x)
            else:
                x = module(x)
            if name in self.temporal_blocks:
                x = self.temporal_blocks[name](x, num_segments)
        return x

    def train(self, mode: bool = True) -> StNet:
        """Set training mode, but for what is frozen or ``norm_eval``."""
        super().train(mode)
        if not mode:
            return self
        for name in self.frozen:
            getattr(self, name).eval()
        if self.norm_eval:
            for name in self.chain:
                for layer in _batch_norms(getattr(self, name)):
                    layer.eval()
        return self


def _batch_norms(module: nn.Module) -> list[_BatchNorm]:
    return [m for m in module.modules() if isinstance(m, _BatchNorm)]


@contextmanager
def _running_statistics_held(module: nn.Module) -> Iterator[None]:
    """Normalise by the batch without updating running statistics."""
    held = [
        (m, m.momentum, m.num_batches_tracked.clone())
        for m in _batch_norms(module)
        if m.training and m.track_running_stats
    ]
    for layer, _, _ in held:
        layer.momentum = 0.0
    try:
        yield
    finally:
        for layer, momentum, batches in held:
            layer.momentum = momentum
            layer.num_batches_tracked.copy_(batches)


def _recomputed(module: nn.Module, x: Tensor) -> Tensor:
    """Run a module without storing what its backward pass needs.

    The second run, in the backward pass, must not count the batch again in
    the running statistics of BatchNorm.
    """
    runs = itertools.count()

    def run(x: Tensor) -> Tensor:
        first = next(runs) == 0
        with nullcontext() if first else _running_statistics_held(module):
            return module(x)

    return recomputation.checkpoint(run, x, use_reentrant=False)
