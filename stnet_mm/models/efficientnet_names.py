"""What EfficientNet-Lite's parameters are called, in TensorFlow's way."""

from __future__ import annotations

from torch import Tensor

# Of the published PyTorch weights, which keep TensorFlow's names -> timm's.
_AROUND = {
    '_conv_stem': 'conv_stem',
    '_bn0': 'bn1',
    '_conv_head': 'conv_head',
    '_bn1': 'bn2',
    '_fc': 'classifier',
}
# Inside a block, which expands its channels first,
_IN_BLOCK = {
    '_expand_conv': 'conv_pw',
    '_bn0': 'bn1',
    '_depthwise_conv': 'conv_dw',
    '_bn1': 'bn2',
    '_project_conv': 'conv_pwl',
    '_bn2': 'bn3',
}
# or does not.
_IN_PLAIN_BLOCK = {
    '_depthwise_conv': 'conv_dw',
    '_bn1': 'bn1',
    '_project_conv': 'conv_pw',
    '_bn2': 'bn2',
}


def rename_like_timm(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give the weights of an EfficientNet-Lite the names that timm uses.

    timm counts blocks within stages, TensorFlow throughout; the blocks of a
    stage have equally many output channels.

    Args:
        state (dict[str, Tensor]): Weights of any image network.

    Returns:
        dict[str, Tensor]: The weights; others than EfficientNet-Lite's as
        they are.
    """
    if '_conv_stem.weight' not in state:
        return state
    places = _places(state)
    return {_timm_name(name, state, places): x for name, x in state.items()}


def _places(state: dict[str, Tensor]) -> dict[str, str]:
    """Number of each block -> timm's 'stage.block'."""
    places: dict[str, str] = {}
    stage, block, channels = -1, 0, None
    while True:
        weight = state.get(f'_blocks.{len(places)}._project_conv.weight')
        if weight is None:
            return places
        if len(weight) == channels:
            block += 1
        else:
            stage, block, channels = stage + 1, 0, len(weight)
        places[str(len(places))] = f'{stage}.{block}'


def _timm_name(
    name: str, state: dict[str, Tensor], places: dict[str, str]
) -> str:
    parts = name.split('.')
    if parts[0] != '_blocks':
        return '.'.join([_AROUND.get(parts[0], parts[0]), *parts[1:]])
    _, number, layer, *rest = parts
    expands = f'_blocks.{number}._expand_conv.weight' in state
    layers = _IN_BLOCK if expands else _IN_PLAIN_BLOCK
    place = places.get(number, number)
    return '.'.join(['blocks', place, layers.get(layer, layer), *rest])
