"""Where the windows of a long video lie."""

from __future__ import annotations

from typing import NamedTuple

from stnet_runtime.contract import Contract
from stnet_runtime.sampling import center_clips

from ..errors import StNetInputError


class WindowGrid(NamedTuple):
    """Windows of T segments, of which neighbors share most.

    Attributes:
        segment (int): Length of a segment in frames.
        inside (int): Its first frame that the network sees.
        num_frames (int): N, how many it sees; the last ones may be of the
            next segment, if the contract's ``center`` is ``'first_frame'``.
        num_segments (int): T, segments of a window.
        stride (int): Segments from a window to the next one.
    """

    segment: int
    inside: int
    num_frames: int
    num_segments: int
    stride: int

    @property
    def window(self) -> int:
        """int: Length of a window in frames."""
        return self.segment * self.num_segments


def make_grid(
    contract: Contract, fps: float, window: float, stride: float
) -> WindowGrid:
    """Lay windows over a video.

    Args:
        contract (Contract): Says how many segments and frames the network
            takes, and where in a segment.
        fps (float): Frames per second of the video.
        window (float): Wished length of a window in seconds.
        stride (float): Wished seconds from a window to the next one.

    Returns:
        WindowGrid: Windows as near to that as whole segments allow: a window
        by itself is sampled as a video of that length.

    Raises:
        StNetInputError: If a length is not positive, or windows would leave
            gaps.
    """
    if not 0 < stride <= window:
        raise StNetInputError(
            f'windows of {window:g} s every {stride:g} s: give positive '
            'numbers, and no stride above the window'
        )
    segments, frames = contract.num_segments, contract.num_frames
    segment = max(1, round(window * fps / segments))
    if segment < frames:
        raise StNetInputError(
            f'a window of {window:g} s has {segment * segments} frames at '
            f'{fps:g} per second, but {segments} segments of {frames} need '
            f'{segments * frames}: give a window of '
            f'{segments * frames / fps:.2g} s or more'
        )
    steps = max(1, round(stride * fps / segment))
    inside = place_clip(contract, segment)
    return WindowGrid(segment, inside, frames, segments, min(steps, segments))


def place_clip(contract: Contract, segment: int) -> int:
    """Where in a segment the network begins to see.

    Args:
        contract (Contract): Says how many frames it takes, and where.
        segment (int): Length of a segment in frames.

    Returns:
        int: Number of the first of the N frames, from 0 on.
    """
    segments, frames = contract.num_segments, contract.num_frames
    first, *_ = center_clips(
        *(segment * segments, segments, frames), contract.center
    )
    return int(first)
