"""The 2-D part of StNet: an image network that takes super-images."""

from __future__ import annotations

from collections.abc import Callable

from mmengine.model import BaseModule
from torch import Tensor, nn

from ..errors import StNetInputError, check_choice
from .activation_checkpointing import batch_norms, checkpointed
from .image_weights import INFLATIONS, load_image_weights
from .segment_chunks import BYTES_PER_CORE, count_chunks, run_in_chunks
from .trunks import build_trunk


class ImageTrunk(BaseModule):
    """A staged 2-D image network whose stem takes super-images.

    It sees every segment by itself. Its modules keep the names that they have
    in the image network; what comes after the last feature maps, such as a
    classifier, is left out.

    Args:
        trunk (dict): Config of the image network; see ``build_trunk``.
        num_frames (int): N, the frames of a super-image.
        stem_inflation (str): As in ``StNet``, like the arguments below.
        frozen_stages (int): Last stage that does not train, or -1.
        norm_eval (bool): Whether BatchNorm keeps its running statistics.
        with_cp (bool): Whether to compute stages again in the backward pass.
        init_cfg (dict | list[dict], optional): How to initialize.

    Attributes:
        stem_name (str): Dotted name of the stem convolution.
        layer_names (tuple[str, ...]): Of the layers, as they run in sequence.
        stage_names (tuple[str, ...]): Of the last layer of each resolution.
        channels_of (dict[str, int]): Channels of each layer's output.
        out_channels (int): Channels of the last feature maps.
        bytes_per_core (int): Input of a chunk of segments for each core of a
            CPU; see ``segment_chunks``.

    Raises:
        StNetInputError: If the trunk is unsuitable, or a value is unknown or
            out of range.
    """

    def __init__(
        self,
        trunk: dict,
        num_frames: int,
        stem_inflation: str,
        frozen_stages: int,
        norm_eval: bool,
        with_cp: bool,
        init_cfg: dict | list[dict] | None,
    ) -> None:
        if num_frames < 1:
            raise StNetInputError(
                f'num_frames must be 1 or more, not {num_frames}'
            )
        check_choice('stem_inflation', stem_inflation, INFLATIONS)
        built = build_trunk(trunk, num_frames)
        cfgs = [init_cfg] if isinstance(init_cfg, dict) else init_cfg or []
        super().__init__(
            init_cfg=[c for c in cfgs if c['type'] != 'Pretrained']
            or built.init_cfg
        )
        self.pretrained = [
            c['checkpoint'] for c in cfgs if c['type'] == 'Pretrained'
        ]
        self.num_frames = num_frames
        self.stem_inflation = stem_inflation
        self.norm_eval = norm_eval
        self.with_cp = with_cp
        self.bytes_per_core = BYTES_PER_CORE

        for name, module in built.modules.items():
            self.add_module(name, module)
        self.stem_name = built.stem
        self.stage_names = built.stages
        self.layer_names = tuple(built.layers)
        self.channels_of = built.layers
        self.out_channels = built.layers[self.layer_names[-1]]
        self.frozen = self._layers_up_to(frozen_stages)
        for name in self.frozen:
            # Here and not in train(): DistributedDataParallel has to see it.
            self.get_submodule(name).requires_grad_(False)

    def _layers_up_to(self, last_stage: int) -> tuple[str, ...]:
        """Names of the layers up to a stage, in ``frozen_stages``' count."""
        highest = len(self.stage_names) - 1
        if not -1 <= last_stage <= highest:
            raise StNetInputError(
                f'frozen_stages must be in -1..{highest}, not {last_stage}'
            )
        if last_stage < 0:
            return ()
        end = self.layer_names.index(self.stage_names[last_stage]) + 1
        return self.layer_names[:end]

    def init_weights(self) -> None:
        """Initialize at random, then load the image network if one is given.

        Raises:
            StNetInputError: If the checkpoint does not fit the trunk.
        """
        super().init_weights()
        for checkpoint in self.pretrained:
            load_image_weights(self, checkpoint)

    def run_trunk(
        self,
        stages: tuple[tuple[str, ...], ...],
        x: Tensor,
        prepare: Callable[[Tensor], Tensor] | None = None,
    ) -> Tensor:
        """Run successive stages of the trunk on some segments at a time.

        Args:
            stages (tuple[tuple[str, ...], ...]): Names of each stage's
                layers; ``StageGroup.stages``.
            x (Tensor): Feature maps or super-images, [B*T, C, H, W].
            prepare (Callable, optional): Applied to each chunk first.
                Defaults to None, nothing.

        Returns:
            Tensor: Feature maps, [B*T, C', H', W'].
        """

        def run(chunk: Tensor) -> Tensor:
            if prepare is not None:
                chunk = prepare(chunk)
            return self.run_stages(stages, chunk)

        # In training BatchNorm needs all segments at once.
        once = self.training
        chunks = 1 if once else count_chunks(x, self.bytes_per_core)
        return run_in_chunks(run, x, chunks)

    def run_stages(
        self, stages: tuple[tuple[str, ...], ...], x: Tensor
    ) -> Tensor:
        """Run successive stages of the trunk on all of their input.

        Args:
            stages (tuple[tuple[str, ...], ...]): As in ``run_trunk``.
            x (Tensor): Feature maps or super-images, [S, C, H, W].

        Returns:
            Tensor: Feature maps, [S, C', H', W'].
        """
        for names in stages:
            layers = map(self.get_submodule, names)
            if self.with_cp and self.training:
                x = checkpointed(nn.Sequential(*layers), x)
            else:
                for layer in layers:
                    x = layer(x)
        return x

    def train(self, mode: bool = True) -> ImageTrunk:
        """Set training mode, but for what is frozen or ``norm_eval``."""
        super().train(mode)
        if not mode:
            return self
        for name in self.frozen:
            self.get_submodule(name).eval()
        if self.norm_eval:
            trunk = map(self.get_submodule, self.layer_names)
            for layer in batch_norms(nn.ModuleList(trunk)):
                layer.eval()
        return self
