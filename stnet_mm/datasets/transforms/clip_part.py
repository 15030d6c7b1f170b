"""Clips that are parts of longer videos."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import StNetInputError

# Durations are stated to the second often.
SLACK = 1.0


def find_part(results: dict) -> range | None:
    """The frames of the clip that a sample is of.

    Args:
        results (dict): The sample: ``total_frames``, and ``start`` and
            ``end`` in seconds, with ``video_reader`` or ``avg_fps``, or
            ``start_frame`` and ``end_frame``, which is the last one. Both
            count from the first frame of the video, and each may be missing.

    Returns:
        range | None: Numbers of its frames, from 0; None if it is the whole
        video. Of seconds these are the frames that are shown from ``start``
        until before ``end``, at least one, also where frames are not evenly
        spaced if the decoder tells their times, as PyAV, torchcodec and
        decord do.

    Raises:
        StNetInputError: If it is not inside the video, or its seconds cannot
            be told for want of a frame rate; names the file.
    """
    if results.keys() & {'start', 'end'}:
        return _part_in_seconds(results)
    if not results.keys() & {'start_frame', 'end_frame'}:
        return None
    total = results['total_frames']
    first = results.get('start_frame', 0)
    last = results.get('end_frame', total - 1)
    if first >= total or last >= total:
        raise StNetInputError(
            f'{results["filename"]}: a clip from frame {first} to {last} is '
            f'not inside of its {total} frames: correct the list'
        )
    return range(first, last + 1)


def _part_in_seconds(results: dict) -> range:
    times, spacing = _frame_times(results)
    length = times[-1] + spacing
    start, end = results.get('start', 0.0), results.get('end', length)
    if start >= length or end > length + SLACK:
        raise StNetInputError(
            f'{results["filename"]}: a clip from {start:g} to {end:g} seconds '
            f'is not inside of its {length:.2f} seconds: correct the list'
        )
    # Stated times are rounded: the nearest frame counts.
    first, stop = np.searchsorted(times, np.array([start, end]) - spacing / 2)
    first = min(int(first), len(times) - 1)
    return range(first, max(first + 1, int(stop)))


def _frame_times(results: dict) -> tuple[np.ndarray, float]:
    """When frames are shown in seconds, [L], and their mean distance."""
    total = results['total_frames']
    # Of whichever decoder.
    reader: Any = results.get('video_reader')
    fps = results.get('avg_fps') or getattr(reader, 'fps', None)
    if not fps and hasattr(reader, 'streams'):  # MMAction2's PyAVInit
        fps = float(reader.streams.video[0].average_rate or 0)
    if not fps:
        raise StNetInputError(
            f'{results["filename"]}: its frame rate is not known, so give '
            'start_frame and end_frame of its clips, not seconds'
        )
    if hasattr(reader, 'frame_times'):
        times = np.array(reader.frame_times)
    elif hasattr(reader, 'get_frame_timestamp'):  # decord
        times = reader.get_frame_timestamp(range(total))[:, 0]
    else:
        times = np.arange(total) / fps
    return times - times[0], 1 / fps
