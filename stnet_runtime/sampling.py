"""Which frames of a video the network sees."""

from __future__ import annotations

import numpy as np

from .errors import check_choice

CENTERS = ('clip', 'first_frame')


def center_clips(
    num_frames: int, num_clips: int, clip_len: int, center: str = 'clip'
) -> np.ndarray:
    """Where the clips of a video begin in testing: amid its segments.

    Segments shorter than a clip are sampled from their first frame on
    (authors' code).

    Args:
        num_frames (int): L, frames of the video.
        num_clips (int): T, equal segments of L // T frames.
        clip_len (int): N, successive frames of a segment.
        center (str): What lies at the segment's center: ``'clip'``, the clip
            as a whole (the authors' stored frames), or ``'first_frame'``, its
            first frame (the authors' mp4 files). Defaults to ``'clip'``.

    Returns:
        np.ndarray: Numbers of their first frames, [T].

    Raises:
        StNetInputError: If ``center`` is neither of the two.
    """
    check_choice('center', center, CENTERS)
    average = num_frames // num_clips
    segments = np.arange(num_clips)
    if average == 0:
        return segments
    room = average - clip_len
    if room < 0:
        return segments * average
    inside = room // 2 if center == 'clip' else (average - 1) // 2
    return segments * average + inside


def frame_numbers(
    num_frames: int, num_clips: int, clip_len: int, center: str = 'clip'
) -> np.ndarray:
    """The frames of all clips of a video in testing.

    Args:
        num_frames (int): L, frames of the video.
        num_clips (int): T, segments.
        clip_len (int): N, successive frames of a segment.
        center (str): As of ``center_clips``. Defaults to ``'clip'``.

    Returns:
        np.ndarray: Numbers of frames, [T*N]; beyond the end they wrap.

    Raises:
        StNetInputError: As ``center_clips``.
    """
    first = center_clips(num_frames, num_clips, clip_len, center)
    # [T, 1] + [N] -> [T, N] -> [T*N]
    return ((first[:, None] + np.arange(clip_len)) % num_frames).reshape(-1)
