"""The weights in a checkpoint, whatever they were wrapped in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from ..errors import StNetInputError

# Under what checkpoints keep weights; the first that is there is taken.
_PLACES = (
    *('state_dict', 'model_state_dict', 'model', 'net'),
    *('ema_state_dict', 'state_dict_ema', 'model_ema'),
)
# What DataParallel, torch.compile, Lightning and averaging put before names.
_WRAPPERS = re.compile(r'^(?:(?:module|model|net|ema|ema_model|model_ema)\.)+')
_COMPILED = re.compile(r'(?:^|(?<=\.))_orig_mod\.')
# How often averaged models were updated; no weights.
_COUNTERS = ('n_averaged', 'steps')


def plain_name(name: str) -> str:
    """The name of a weight without what wrappers put before it.

    Args:
        name (str): Its name in a checkpoint.

    Returns:
        str: Its name in the model.
    """
    return _WRAPPERS.sub('', _COMPILED.sub('', name))


def plain_state_dict(checkpoint: Mapping) -> dict[str, Tensor]:
    """The weights of a checkpoint by their names in the model.

    Args:
        checkpoint (Mapping): A checkpoint, or a bare state dict.

    Returns:
        dict[str, Tensor]: The weights.

    Raises:
        StNetInputError: If two weights get the same name: the checkpoint
            holds a model and its average.
    """
    state = next(
        (
            checkpoint[place]
            for place in _PLACES
            if isinstance(checkpoint.get(place), Mapping)
        ),
        checkpoint,
    )
    found: dict[str, Tensor] = {}
    origins: dict[str, str] = {}
    for name, value in state.items():
        if not (isinstance(name, str) and isinstance(value, Tensor)):
            continue
        plain = plain_name(name)
        if plain in _COUNTERS:
            continue
        if plain in found:
            raise StNetInputError(
                f'it holds {plain} twice, as {origins[plain]} and {name}: '
                'keep one of the two models in it'
            )
        found[plain], origins[plain] = value, name
    return found
