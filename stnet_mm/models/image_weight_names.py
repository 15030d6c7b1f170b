"""What the libraries call the parameters of an image network."""

from __future__ import annotations

import re

from torch import Tensor

from ..utils.state_dict import plain_state_dict
from .efficientnet_names import rename_like_timm

# How MMAction2 and mmpretrain name the parameters of ResNets and SE-ResNets
# -> how torchvision and timm do.
_COMMON_NAMES = (
    (r'(^|\.)conv(\d)\.conv\.', r'\1conv\2.'),
    (r'(^|\.)conv(\d)\.bn\.', r'\1bn\2.'),
    (r'\.downsample\.conv\.', '.downsample.0.'),
    (r'\.downsample\.bn\.', '.downsample.1.'),
    (r'\.se_layer\.conv(\d)\.', r'.se.fc\1.'),
)


def bare_names(state: dict) -> dict[str, Tensor]:
    """Take the tensors of an image network out of a state dict.

    Args:
        state (dict): A state dict, perhaps of a wrapped network, or of one
            that has the image network as its ``backbone``.

    Returns:
        dict[str, Tensor]: The tensors of the image network, under their
        common names.
    """
    state = plain_state_dict(state)
    prefix = 'backbone.'
    if any(name.startswith(prefix) for name in state):
        state = {
            name[len(prefix) :]: value
            for name, value in state.items()
            if name.startswith(prefix)
        }
    state = {common_name(name): value for name, value in state.items()}
    return rename_like_timm(state)


def common_name(name: str) -> str:
    """The name that ResNets and SE-ResNets of all libraries have in common.

    Args:
        name (str): Name of a parameter or buffer.

    Returns:
        str: torchvision's or timm's name of it; other names as they are.
    """
    for pattern, replacement in _COMMON_NAMES:
        name = re.sub(pattern, replacement, name)
    return name
