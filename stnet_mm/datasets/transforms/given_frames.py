"""Frames that a program gives, instead of a file."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ...errors import StNetInputError

_WANTED = 'give RGB frames as uint8, [L, H, W, 3], or a list of PIL images'


def check_frames(frames: object) -> list[np.ndarray]:
    """Check frames that are given as arrays or pictures.

    Args:
        frames (np.ndarray | Sequence[np.ndarray | Image.Image]): RGB uint8,
            [L, H, W, 3]; or a list of frames, each [H, W, 3], or of PIL
            images. OpenCV has BGR: turn it around before.

    Returns:
        list[np.ndarray]: The frames, each [H, W, 3] uint8.

    Raises:
        StNetInputError: If they are no such frames, or differ in size.
    """
    if isinstance(frames, (list, tuple)):
        given = [*map(_to_array, frames)]
    elif isinstance(frames, np.ndarray):
        given = [*np.atleast_1d(frames)]  # views
    else:
        raise StNetInputError(f'{type(frames).__name__}: {_WANTED}')
    if len(given) == 0:
        raise StNetInputError(f'no frames: {_WANTED}')
    shape, kind = given[0].shape, given[0].dtype
    if len(shape) != 3 or shape[-1] != 3 or kind != np.uint8:
        raise StNetInputError(
            f'frames of {kind}, {[len(given), *shape]}: {_WANTED}'
        )
    for frame in given:
        if frame.shape != shape or frame.dtype != kind:
            raise StNetInputError(
                f'frames of {kind}, {[*shape]}, and of {frame.dtype}, '
                f'{[*frame.shape]}, in one video: bring them to one size'
            )
    return given


def _to_array(frame: object) -> np.ndarray:
    """A frame that is an array or a picture."""
    if isinstance(frame, Image.Image):
        return np.asarray(frame.convert('RGB'))
    if isinstance(frame, np.ndarray):
        return frame
    raise StNetInputError(
        f'a list with {type(frame).__name__} in it: {_WANTED}, or one video '
        'at a time'
    )
