"""The StNet backbone: a 2-D image network that models time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule, ModuleDict
from torch import Tensor, nn

from ..errors import StNetInputError
from .activation_checkpointing import batch_norms, checkpointed
from .image_weights import INFLATIONS, load_image_weights
from .temporal_modeling_block import TemporalModelingBlock
from .trunks import build_trunk

# Of the segments, what the trunk takes at a time in inference on a CPU, for
# each of its cores; docs/performance.md has the measurement.
BYTES_PER_CORE = 2**22


@MODELS.register_module()
class StNet(BaseModule):
    """A staged 2-D image network, turned into StNet.

    Its stem convolution takes super-images (3N channels), and temporal
    modeling blocks follow the chosen stages (paper, section 3.2). The modules
    keep the names that they have in the image network: ``layer4`` of a
    ResNet is ``backbone.layer4`` here as well. What comes after the last
    feature maps, such as a classifier, is left out.

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
        temporal_order (str): Order of the layers in a temporal modeling
            block, ``'released'`` or ``'paper'``. Defaults to ``'released'``.
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
        init_cfg (dict | list[dict], optional): How to initialise the trunk.
            ``dict(type='Pretrained', checkpoint=PATH_OR_URL)`` loads an image
            network; see ``load_image_weights``. Defaults to None, the random
            initialisation of the trunk's library.

    Raises:
        StNetInputError: If the trunk is unsuitable, a stage is unknown or
            named twice, or a value is out of range.
    """

    def __init__(
        self,
        trunk: dict,
        num_frames: int = 5,
        temporal_stages: Sequence[str] | None = None,
        temporal_order: str = 'released',
        stem_inflation: str = 'mean',
        frozen_stages: int = -1,
        norm_eval: bool = False,
        with_cp: bool = False,
        init_cfg: dict | list[dict] | None = None,
    ) -> None:
        if num_frames < 1:
            raise StNetInputError(
                f'num_frames must be 1 or more, not {num_frames}'
            )
        if stem_inflation not in INFLATIONS:
            raise StNetInputError(
                f'unknown stem_inflation {stem_inflation!r}: choose one of '
                f'{", ".join(map(repr, INFLATIONS))}'
            )
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

        for name, module in built.modules.items():
            self.add_module(name, module)
        self.stem_name = built.stem
        self.stage_names = built.stages
        # Names of the trunk's modules, in the order in which they run.
        self.chain_names = tuple(built.chain)
        self.out_channels = built.chain[self.chain_names[-1]]
        self.frozen = self._trunk_up_to(frozen_stages)
        for name in self.frozen:
            # Here and not in train(): DistributedDataParallel has to see it.
            self.get_submodule(name).requires_grad_(False)

        if temporal_stages is None:
            temporal_stages = self.stage_names[-3:-1]
        known = set(temporal_stages) <= set(self.chain_names)
        if not known or len(set(temporal_stages)) < len(temporal_stages):
            raise StNetInputError(
                f'temporal_stages={list(temporal_stages)} must name modules '
                f'of {trunk["type"]}, each once: choose from '
                f'{", ".join(self.chain_names)}'
            )
        # The trunk between temporal blocks, each stretch as a list of what is
        # computed again as a whole under `with_cp`. No single modules: an
        # in-place ReLU would spoil the one before it.
        self.stretches = [
            _split_after(names, {*self.stage_names, *temporal_stages})
            for names in _split_after(
                self.chain_names, {self.chain_names[-1], *temporal_stages}
            )
        ]
        # A CPU is fastest with feature maps that stay in its caches.
        self.bytes_per_core = BYTES_PER_CORE
        self.temporal_blocks = ModuleDict(
            {
                _block_key(name): TemporalModelingBlock(
                    built.chain[name], temporal_order
                )
                for name in temporal_stages
            }
        )

    def _trunk_up_to(self, last_stage: int) -> tuple[str, ...]:
        """The chain up to a stage, in ``frozen_stages``' count."""
        highest = len(self.stage_names) - 1
        if not -1 <= last_stage <= highest:
            raise StNetInputError(
                f'frozen_stages must be in -1..{highest}, not {last_stage}'
            )
        if last_stage < 0:
            return ()
        end = self.chain_names.index(self.stage_names[last_stage]) + 1
        return self.chain_names[:end]

    def init_weights(self) -> None:
        """Initialise at random, then load the image network if one is given.

        Raises:
            StNetInputError: If the checkpoint does not fit the trunk.
        """
        super().init_weights()
        for checkpoint in self.pretrained:
            load_image_weights(self, checkpoint)

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
            prepare (Callable, optional): What to do with super-images first,
                such as to normalise bytes; done to no more at a time than the
                trunk takes. Defaults to None, nothing.

        Returns:
            Tensor: Feature maps of the last stage, [B*T, C, H', W'].
        """
        for stretch in self.stretches:
            x = self._run_in_parts(stretch, x, prepare)
            prepare = None
            block = self.temporal_block_after(stretch[-1][-1])
            if block is not None:
                x = block(x, num_segments)
        return x

    def _run_in_parts(
        self,
        stretch: list[tuple[str, ...]],
        x: Tensor,
        prepare: Callable[[Tensor], Tensor] | None,
    ) -> Tensor:
        """Run the trunk up to a temporal block, some segments at a time."""
        done = []
        for part in x.chunk(self._count_parts(x)):
            if prepare is not None:
                part = prepare(part)
            done.append(self.run_stretch(stretch, part))
        return torch.cat(done) if len(done) > 1 else done[0]

    def _count_parts(self, x: Tensor) -> int:
        """In how many parts segments best pass the trunk."""
        remembered = torch.is_grad_enabled() or self.training
        if x.device.type != 'cpu' or remembered or _is_compiling():
            return 1
        # By threads, because every core has a cache of its own; in float32.
        most = self.bytes_per_core * torch.get_num_threads()
        segments = max(1, most // (4 * x[0].numel()))
        return -(-len(x) // segments)

    def run_stretch(self, stretch: list[tuple[str, ...]], x: Tensor) -> Tensor:
        """Run a part of the trunk.

        Args:
            stretch (list[tuple[str, ...]]): One of ``stretches``.
            x (Tensor): Feature maps or super-images, [S, C, H, W].

        Returns:
            Tensor: Feature maps, [S, C', H', W'].
        """
        for names in stretch:
            modules = map(self.get_submodule, names)
            if self.with_cp and self.training:
                x = checkpointed(nn.Sequential(*modules), x)
            else:
                for module in modules:
                    x = module(x)
        return x

    def temporal_block_after(self, name: str) -> nn.Module | None:
        """The temporal modeling block that follows a module of the trunk.

        Args:
            name (str): Name of the module, for example ``'layer2'``.

        Returns:
            nn.Module | None: The block, if there is one.
        """
        key = _block_key(name)
        if key not in self.temporal_blocks:
            return None
        return self.temporal_blocks[key]

    def train(self, mode: bool = True) -> StNet:
        """Set training mode, but for what is frozen or ``norm_eval``."""
        super().train(mode)
        if not mode:
            return self
        for name in self.frozen:
            self.get_submodule(name).eval()
        if self.norm_eval:
            trunk = map(self.get_submodule, self.chain_names)
            for layer in batch_norms(nn.ModuleList(trunk)):
                layer.eval()
        return self


def _is_compiling() -> bool:
    """Whether the backbone as a whole is being compiled."""
    # PyTorch 1 has no compiler, and 2.0 does not tell.
    compiler = getattr(torch, 'compiler', None)
    return hasattr(compiler, 'is_compiling') and compiler.is_compiling()


def _block_key(name: str) -> str:
    """Name of the temporal block after a module: PyTorch wants no dots."""
    return name.replace('.', '_')


def _split_after(
    names: Sequence[str], ends: set[str]
) -> list[tuple[str, ...]]:
    """Split names into runs, each of which ends with one of ``ends``."""
    cuts = [0] + [i + 1 for i, name in enumerate(names) if name in ends]
    return [tuple(names[a:b]) for a, b in zip(cuts, cuts[1:])]
