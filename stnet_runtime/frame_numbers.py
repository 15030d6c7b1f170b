"""Numbers of a video's frames."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import StNetInputError


def check_frame_numbers(wanted: Sequence[int], total: int) -> None:
    """Check that a video has the wanted frames.

    Args:
        wanted (Sequence[int]): Numbers of the frames, in increasing order.
        total (int): How many frames the video has.

    Raises:
        StNetInputError: If there is no frame of a number.
    """
    if wanted and not 0 <= wanted[0] <= wanted[-1] < total:
        raise StNetInputError(
            f'frames {wanted[0]} to {wanted[-1]} are wanted of a video of '
            f'{total} frames'
        )
