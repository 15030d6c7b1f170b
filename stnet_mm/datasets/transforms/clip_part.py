"""Clips that are parts of longer videos."""

from __future__ import annotations

from ...errors import StNetInputError


def find_part(results: dict) -> range | None:
    """The frames of the clip that a sample is of.

    Args:
        results (dict): The sample: ``total_frames``, and ``start`` and
            ``end`` in seconds, with ``avg_fps``, or ``start_frame`` and
            ``end_frame``, which is the last one. Both count from the first
            frame of the video, and each may be missing.

    Returns:
        range | None: Numbers of its frames, from 0; None if it is the whole
        video.

    Raises:
        StNetInputError: If it is not inside the video, or its seconds cannot
            be told for want of a frame rate; names the file.
    """
    if not results.keys() & {'start', 'end', 'start_frame', 'end_frame'}:
        return None
    total = results['total_frames']
    first, last = results.get('start_frame'), results.get('end_frame')
    slack = 0
    if 'start' in results or 'end' in results:
        fps = results.get('avg_fps')
        if not fps:
            raise StNetInputError(
                f'{results["filename"]}: its frame rate is not known, so give '
                'start_frame and end_frame of its clips, not seconds'
            )
        first, last = (
            None if key not in results else round(results[key] * fps)
            for key in ('start', 'end')
        )
        if last is not None:
            last -= 1
        # Durations are stated to the second often.
        slack = round(fps)
    first = first or 0
    if last is None:
        last = total - 1
    if first >= total or last >= total + slack:
        raise StNetInputError(
            f'{results["filename"]}: a clip from frame {first} to {last} is '
            f'not inside of its {total} frames: correct the list'
        )
    return range(first, max(first, min(last, total - 1)) + 1)
