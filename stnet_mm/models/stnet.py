"""The StNet backbone: a 2-D image network that models time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor, nn

from ..errors import StNetInputError
from .image_trunk import ImageTrunk
from .stage_groups import block_key, group_stages


@MODELS.register_module()
class StNet(ImageTrunk):
    """A staged 2-D image network, turned into StNet.

    Its stem convolution takes super-images (3N channels), and temporal
    modeling blocks follow the chosen stages (paper, section 3.2). The modules
    keep the names that they have in the image network: ``layer4`` of a
    ResNet is ``backbone.layer4`` here as well. What comes after the last
    feature maps, such as a classifier, is left out.

    A temporal block is an ``nn.Module`` whose constructor takes ``channels``
    besides what its config says. Its ``forward(x, num_segments)`` takes
    feature maps [B*T, C, H, W], in which the T segments of a video are
    adjacent, and returns feature maps of the same shape.

    Args:
        trunk (dict): Config of the image network, for example
            ``dict(type='ResNet', depth=50)``, ``dict(type='timm.resnet50')``
            or ``dict(type='mmpretrain.ConvNeXt', arch='tiny')``; see
            ``build_trunk``.
        num_frames (int): N, the frames of a super-image. Defaults to 5.
        temporal_stages (Sequence[str], optional): Names of the modules that a
            temporal modeling block follows. Defaults to None: the ends of the
            two resolutions before the last, which are res3 and res4
            (``('layer2', 'layer3')``) of a ResNet.
        temporal_block (dict, optional): Config of the temporal blocks, such
            as ``dict(order='paper')``. ``type`` is a class in MMAction2's
            registry ``MODELS`` and may be left out, which means
            ``TemporalModelingBlock``; see below. Defaults to None, that block
            as it is.
        stem_inflation (str): How the stem of a pretrained image network takes
            N frames, ``'mean'`` or ``'repeat'``; see ``inflate_stem``.
            Defaults to ``'mean'``, as the authors do.
        frozen_stages (int): The trunk does not train up to this stage, counted
            in resolutions: -1 nothing, 0 the first (the stem of a ResNet), 1
            also the second (its res2), and so on. Temporal blocks always
            train. Defaults to -1.
        norm_eval (bool): Whether BatchNorm layers of the trunk keep their
            running statistics in training; those of the temporal blocks
            always learn theirs. Defaults to False.
        with_cp (bool): Whether to save memory in training by computing each
            stage again in the backward pass. Defaults to False.
        init_cfg (dict | list[dict], optional): How to initialize the trunk.
            ``dict(type='Pretrained', checkpoint=PATH_OR_URL)`` loads an image
            network; see ``load_image_weights``. Defaults to None, the random
            initialization of the trunk's library.

    Raises:
        StNetInputError: If the trunk is unsuitable, a stage is unknown or
            named twice, a temporal block cannot be built, or a value is out
            of range.
    """

    def __init__(
        self,
        trunk: dict,
        num_frames: int = 5,
        temporal_stages: Sequence[str] | None = None,
        temporal_block: dict | None = None,
        stem_inflation: str = 'mean',
        frozen_stages: int = -1,
        norm_eval: bool = False,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        super().__init__(
            trunk,
            num_frames,
            stem_inflation,
            frozen_stages,
            norm_eval,
            with_cp,
            init_cfg,
        )
        if temporal_stages is None:
            temporal_stages = self.stage_names[-3:-1]
        known = set(temporal_stages) <= set(self.layer_names)
        if not known or len(set(temporal_stages)) < len(temporal_stages):
            raise StNetInputError(
                f'temporal_stages={list(temporal_stages)} must name modules '
                f'of {trunk["type"]}, each once: choose from '
                f'{", ".join(self.layer_names)}'
            )
        self.stage_groups = group_stages(
            self.layer_names, self.stage_names, temporal_stages
        )
        self.temporal_blocks = ModuleDict(
            {
                block_key(name): _build_temporal_block(
                    temporal_block, self.channels_of[name]
                )
                for name in temporal_stages
            }
        )

    def is_new(self, name: str) -> bool:
        """Whether a parameter or buffer is none of the image network.

        Args:
            name (str): Its name in the backbone.

        Returns:
            bool: Whether it belongs to a temporal block.
        """
        return name.startswith('temporal_blocks.')

    def forward(
        self,
        x: Tensor,
        num_segments: int,
        prepare: Callable[[Tensor], Tensor] | None = None,
    ) -> Tensor:
        """Compute the feature maps of the segments.

        Args:
            x (Tensor): Super-images, [B*T, 3N, H, W].
            num_segments (int): T.
            prepare (Callable, optional): Applied to super-images just before
                the trunk, chunk by chunk. So bytes can be normalized here:
                all of them normalized at once, in float32, would take four
                times the memory. Defaults to None, nothing.

        Returns:
            Tensor: Feature maps of the last stage, [B*T, C, H', W'].

        Raises:
            StNetInputError: If a temporal block changes the shape.
        """
        return self.temporal_features(
            self.segment_features(x, prepare), num_segments
        )

    def segment_features(
        self, x: Tensor, prepare: Callable[[Tensor], Tensor] | None = None
    ) -> Tensor:
        """Compute what does not depend on other segments.

        Args:
            x (Tensor): Super-images, [S, 3N, H, W].
            prepare (Callable, optional): As of ``forward``.

        Returns:
            Tensor: Feature maps before the first temporal block,
            [S, C, H', W'].
        """
        return self.run_trunk(self.stage_groups[0].stages, x, prepare)

    def temporal_features(self, x: Tensor, num_segments: int) -> Tensor:
        """Compute the feature maps of segments that belong together.

        Args:
            x (Tensor): What ``segment_features`` made of each, [B*T, C, H, W].
            num_segments (int): T.

        Returns:
            Tensor: Feature maps of the last stage, [B*T, C', H', W'].

        Raises:
            StNetInputError: If a temporal block changes the shape.
        """
        for number, group in enumerate(self.stage_groups):
            if number:
                x = self.run_trunk(group.stages, x)
            if group.temporal_block is not None:
                x = self._model_time(group.temporal_block, x, num_segments)
        return x

    def _model_time(self, key: str, x: Tensor, num_segments: int) -> Tensor:
        """Run a temporal block; feature maps, [B*T, C, H, W] both ways."""
        block = self.temporal_blocks[key]
        y = block(x, num_segments)
        if y.shape != x.shape:
            raise StNetInputError(
                f'temporal block {type(block).__name__} turned feature maps '
                f'{tuple(x.shape)} into {tuple(y.shape)}: it must keep their '
                'shape'
            )
        return y

    def named_parts(self) -> dict[str, nn.Module]:
        """The parts of which costs are counted.

        Returns:
            dict[str, nn.Module]: The stages and the temporal blocks, in the
            order in which they run; no module is in two of them.
        """
        parts: dict[str, nn.Module] = {}
        for stages, block in self.stage_groups:
            for names in stages:
                layers = map(self.get_submodule, names)
                parts[names[-1]] = nn.ModuleList(layers)
            if block is not None:
                part = self.temporal_blocks[block]
                parts[f'temporal block after {stages[-1][-1]}'] = part
        return parts


def _build_temporal_block(cfg: dict | None, channels: int) -> nn.Module:
    cfg = {'type': 'TemporalModelingBlock', **(cfg or {})}
    if 'channels' in cfg:
        raise StNetInputError(
            f'temporal_block={cfg}: channels is not for the config, it '
            'follows from the trunk'
        )
    try:
        return MODELS.build({**cfg, 'channels': channels})
    except (KeyError, TypeError) as error:
        raise StNetInputError(
            f'temporal_block={cfg} cannot be built: {error}'
        ) from error
