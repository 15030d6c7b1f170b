"""Reading checkpoints."""

from __future__ import annotations

import pickle

from mmengine.runner import CheckpointLoader

from ..errors import StNetInputError


def read_checkpoint(path: str) -> dict:
    """Read a checkpoint, or say in one line why it cannot be read.

    Args:
        path (str): File or URL.

    Returns:
        dict: A checkpoint of MMEngine or a bare state dict.

    Raises:
        FileNotFoundError: If there is no such file.
        StNetInputError: If the file is not a checkpoint.
    """
    try:
        checkpoint = CheckpointLoader.load_checkpoint(path, 'cpu')
    except FileNotFoundError:
        raise
    except (EOFError, OSError, RuntimeError, pickle.UnpicklingError) as error:
        # Not the error's own words: torch advises to load the file unsafely.
        raise StNetInputError(
            f'{path} is not a checkpoint that can be read: it is cut short, '
            f'or holds something else than weights ({type(error).__name__})'
        ) from error
    if not isinstance(checkpoint, dict):
        raise StNetInputError(f'{path} holds no state dict')
    return checkpoint
