"""ImageNet initialisation: an image network's weights into StNet's trunk."""

from __future__ import annotations

import re

from mmengine.logging import print_log
from torch import Tensor, nn

from ..errors import StNetInputError
from ..utils.checkpoint import read_checkpoint

# torchvision's names of a ResNet's parameters -> MMAction2's.
_TORCHVISION_TO_MMACTION = (
    (r'^(layer\d+\.\d+\.|)conv(\d)\.(weight)$', r'\1conv\2.conv.\3'),
    (r'^(layer\d+\.\d+\.|)bn(\d)\.', r'\1conv\2.bn.'),
    (r'\.downsample\.0\.', '.downsample.conv.'),
    (r'\.downsample\.1\.', '.downsample.bn.'),
)


def load_image_weights(backbone: nn.Module, checkpoint: str) -> None:
    """Load a 2-D ResNet, inflating its stem to super-images.

    The stem's weights become their mean over RGB, divided by N and repeated
    to 3N channels (the authors' code); with N = 1 they are loaded as they
    are. Temporal blocks are left alone. A line in the log says what was
    loaded, inflated and left new.

    Args:
        backbone (nn.Module): A ``StNet``.
        checkpoint (str): Path or URL of a ResNet as torchvision or MMAction2
            names its parameters; a state dict or a full checkpoint.

    Raises:
        StNetInputError: If the checkpoint cannot be read, or an entry of the
            trunk is missing in it or has another shape.
    """
    source = read_checkpoint(checkpoint)
    source = {
        _mmaction_name(name): tensor
        for name, tensor in source.get('state_dict', source).items()
    }
    target = backbone.state_dict()
    trunk = [n for n in target if not n.startswith('temporal_blocks.')]
    # Counters of batches are no weights; old checkpoints lack them.
    trunk = [n for n in trunk if not n.endswith('num_batches_tracked')]
    stem = trunk[0]
    inflate = backbone.num_frames > 1 and stem in source
    if inflate and source[stem].shape[1] == 3:
        source[stem] = inflate_stem(source[stem], backbone.num_frames)

    misfits = [
        f'{name}: '
        + (f'{tuple(source[name].shape)}' if name in source else 'missing')
        + f' instead of {tuple(target[name].shape)}'
        for name in trunk
        if name not in source or source[name].shape != target[name].shape
    ]
    if misfits:
        raise StNetInputError(
            f'{checkpoint} does not fit the trunk: {len(misfits)} of '
            f'{len(trunk)} entries differ, the first is {misfits[0]}. Give a '
            'checkpoint of the same kind and depth of ResNet.'
        )
    backbone.load_state_dict({n: source[n] for n in trunk}, strict=False)
    new = len(
        {n.rsplit('.', 1)[0] for n in target}
        - {n.rsplit('.', 1)[0] for n in trunk}
    )
    print_log(
        f'{checkpoint}: loaded {len(trunk)} entries into the trunk, {stem} '
        f'with {target[stem].shape[1]} channels; {new} layers of the '
        'temporal blocks stay new',
        logger='current',
    )


def inflate_stem(weight: Tensor, num_frames: int) -> Tensor:
    """Inflate the weight of an RGB stem to super-images.

    Args:
        weight (Tensor): Weight of the image network's stem, [C, 3, k, k].
        num_frames (int): N.

    Returns:
        Tensor: Weight for super-images, [C, 3N, k, k].
    """
    mean = weight.mean(dim=1, keepdim=True) / num_frames
    return mean.repeat(1, 3 * num_frames, 1, 1)


def _mmaction_name(name: str) -> str:
    name = re.sub(r'^(module\.|backbone\.)+', '', name)
    for pattern, replacement in _TORCHVISION_TO_MMACTION:
        name = re.sub(pattern, replacement, name)
    return name
