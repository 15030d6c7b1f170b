"""ImageNet initialization: an image network's weights into StNet's trunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mmengine.logging import print_log
from torch import Tensor

from ..errors import StNetInputError
from ..utils.checkpoint import read_checkpoint
from .image_weight_names import bare_names, common_name

INFLATIONS = ('mean', 'repeat')

# In names of layers that only video networks of this package have.
_VIDEO_NAMES = ('temporal_blocks.', 'temporal_conv.', 'temporal_bn.')


class ImageBackbone(Protocol):
    """A backbone that an image network's weights can be loaded into.

    It is an ``nn.Module`` whose parameters and buffers are named as in the
    image network, but for those that are new.

    Attributes:
        stem_name (str): Dotted name of the stem convolution, such as
            ``'conv1'``.
        num_frames (int): N, the frames that the stem takes as one image.
        stem_inflation (str): How the stem takes N frames; see
            ``inflate_stem``.
    """

    stem_name: str
    num_frames: int
    stem_inflation: str

    def is_new(self, name: str) -> bool:
        """Whether a parameter or buffer is none of the image network.

        Args:
            name (str): Its name in the backbone.

        Returns:
            bool: Whether it keeps its random initialization.
        """

    def state_dict(self) -> dict[str, Tensor]:
        """As that of ``nn.Module``."""

    def load_state_dict(
        self, state_dict: Mapping[str, Tensor], strict: bool = True
    ) -> object:
        """As that of ``nn.Module``."""


def load_image_weights(backbone: ImageBackbone, checkpoint: str) -> None:
    """Load a 2-D image network, inflating its stem to super-images.

    The checkpoint may be a state dict or a full checkpoint, named as the
    trunk's own library names it; ResNets and SE-ResNets may come from any of
    torchvision, timm, mmpretrain and MMAction2. What is new in the backbone
    is left alone. A line in the log says what was loaded, inflated and left
    new, and what of the checkpoint was not used.

    Args:
        backbone (ImageBackbone): A ``StNet``, a ``P3DResNet``, or another.
        checkpoint (str): Path or URL, ``.pth`` or ``.safetensors``.

    Raises:
        StNetInputError: If the checkpoint cannot be read, or is not that of
            the same image network.
    """
    source = bare_names(read_checkpoint(checkpoint)['state_dict'])
    if any(_is_of_video_network(name, backbone) for name in source):
        raise StNetInputError(
            f'{checkpoint} is of a video network, its temporal layers would '
            'be lost: name it as load_from instead'
        )
    target = backbone.state_dict()
    new = [name for name in target if backbone.is_new(name)]
    names = {
        common_name(name): name
        for name in target
        # Counters of batches are no weights; old checkpoints lack them.
        if name not in new and not name.endswith('num_batches_tracked')
    }
    stem = common_name(f'{backbone.stem_name}.weight')
    num_frames = backbone.num_frames
    if stem in source:
        source[stem] = _fit_stem(
            source[stem], num_frames, backbone.stem_inflation, checkpoint
        )
    _check_fit(
        source, {c: target[n].shape for c, n in names.items()}, checkpoint
    )
    backbone.load_state_dict(
        {name: source[common] for common, name in names.items()}, strict=False
    )
    unused = {
        name.partition('.')[0]
        for name in source.keys() - names.keys()
        if not name.endswith('num_batches_tracked')
    }
    layers = {name.rsplit('.', 1)[0] for name in new}
    print_log(
        f'{checkpoint}: loaded {len(names)} entries into the trunk, '
        + (
            f'{names[stem]} inflated to {num_frames} frames '
            f'({backbone.stem_inflation}); '
            if num_frames > 1
            else ''
        )
        + f'{len(layers)} temporal layers stay new; not used: '
        + (', '.join(sorted(unused)) or 'nothing'),
        logger='current',
    )


def inflate_stem(
    weight: Tensor, num_frames: int, inflation: str = 'mean'
) -> Tensor:
    """Inflate the weight of an RGB stem to super-images.

    Args:
        weight (Tensor): Weight of the image network's stem, [C, 3, k, k].
        num_frames (int): N; 1 leaves the weight as it is.
        inflation (str): ``'mean'``, the mean over RGB, divided by N and
            repeated to 3N channels, as the authors do; or ``'repeat'``, each
            color's weight, divided by N and repeated for every frame, which
            makes N equal frames give what the image gives. Defaults to
            ``'mean'``.

    Returns:
        Tensor: Weight for super-images, [C, 3N, k, k].
    """
    if num_frames == 1:
        return weight
    if inflation == 'mean':
        weight = weight.mean(dim=1, keepdim=True).expand_as(weight)
    # [C, 3, k, k] -> [C, 3N, k, k], frame by frame
    return weight.repeat(1, num_frames, 1, 1) / num_frames


def _fit_stem(
    weight: Tensor, num_frames: int, inflation: str, checkpoint: str
) -> Tensor:
    channels = weight.shape[1] if weight.ndim == 4 else 0
    if channels == 3:
        return inflate_stem(weight, num_frames, inflation)
    if channels != 3 * num_frames:
        raise StNetInputError(
            f'{checkpoint} does not fit the trunk: its stem takes {channels} '
            f'channels, expected are 3 of an image network or '
            f'{3 * num_frames} for num_frames={num_frames}'
        )
    return weight


def _is_of_video_network(name: str, backbone: ImageBackbone) -> bool:
    return backbone.is_new(name) or any(part in name for part in _VIDEO_NAMES)


def _check_fit(
    source: dict[str, Tensor], wanted: dict[str, tuple], checkpoint: str
) -> None:
    """Check that the checkpoint is that of the trunk, entry by entry."""
    faults = [
        f'{name} is '
        + (f'{tuple(source[name].shape)}' if name in source else 'missing')
        + f' instead of {tuple(shape)}'
        for name, shape in wanted.items()
        if name not in source or source[name].shape != shape
    ]
    # A deeper network has all that is wanted; what it has more is in the
    # modules of the trunk. A classifier is not.
    parts = {name.partition('.')[0] for name in wanted}
    faults += [
        f'{name} is not in the trunk'
        for name in source
        if name not in wanted
        and name.partition('.')[0] in parts
        and not name.endswith('num_batches_tracked')
    ]
    if faults:
        raise StNetInputError(
            f'{checkpoint} does not fit the trunk: {len(faults)} entries '
            f'differ from its {len(wanted)}, the first: {faults[0]}. Give a '
            'checkpoint of the same image network: same kind, depth and '
            "library (ResNets: any library's)."
        )
