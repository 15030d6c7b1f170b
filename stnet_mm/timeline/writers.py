"""Files of timelines: JSON and CSV for programs, subtitles for players."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Callable

from .segments import Segment
from .windows import Timeline


def to_json(timeline: Timeline, segments: Sequence[Segment]) -> str:
    """All that is known, as JSON.

    Args:
        timeline (Timeline): Scores of windows.
        segments (Sequence[Segment]): The segments.

    Returns:
        str: ``video``, ``classes``, ``segments``, and ``windows`` with all
        scores; ``fault`` as well, if the video has one.
    """
    windows = [
        dict(
            start=round(float(start), 6),
            end=round(float(end), 6),
            unknown=bool(unknown),
            scores=[float(f'{score:.6g}') for score in scores],
        )
        for start, end, unknown, scores in zip(
            *(timeline.starts, timeline.ends),
            *(timeline.unknown, timeline.scores),
        )
    ]
    content = dict(
        video=timeline.video,
        classes=timeline.classes,
        segments=[segment._asdict() for segment in segments],
        windows=windows,
    )
    if timeline.fault is not None:
        content.update(fault=timeline.fault)
    text = json.dumps(content, ensure_ascii=False, indent=1) + '\n'
    # Bytes of a file's name that are no UTF-8 become escapes of JSON.
    return text.encode(errors='backslashreplace').decode()


def to_csv(timeline: Timeline, segments: Sequence[Segment]) -> str:
    """The segments as a table.

    Args:
        timeline (Timeline): Not used.
        segments (Sequence[Segment]): The segments.

    Returns:
        str: Lines of ``start,end,label,score`` below these titles.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(Segment._fields)
    for start, end, label, score in segments:
        writer.writerow([f'{start:.3f}', f'{end:.3f}', label, f'{score:.4f}'])
    return text.getvalue()


def to_srt(timeline: Timeline, segments: Sequence[Segment]) -> str:
    """The segments as SubRip subtitles.

    Args:
        timeline (Timeline): Not used.
        segments (Sequence[Segment]): The segments.

    Returns:
        str: The file.
    """
    parts = [
        f'{number}\n{_clock(start, ",")} --> {_clock(end, ",")}\n'
        f'{_one_line(label)} ({score:.0%})\n'
        for number, (start, end, label, score) in enumerate(segments, 1)
    ]
    return '\n'.join(parts)


def to_vtt(timeline: Timeline, segments: Sequence[Segment]) -> str:
    """The segments as WebVTT subtitles.

    Args:
        timeline (Timeline): Not used.
        segments (Sequence[Segment]): The segments.

    Returns:
        str: The file.
    """
    parts = ['WEBVTT\n']
    for start, end, label, score in segments:
        text = _one_line(label).replace('&', '&amp;').replace('<', '&lt;')
        # An arrow would be a new cue.
        text = text.replace('>', '&gt;')
        parts.append(
            f'{_clock(start, ".")} --> {_clock(end, ".")}\n'
            f'{text} ({score:.0%})\n'
        )
    return '\n'.join(parts)


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds, thousandths = divmod(rest, 1000)
    return f'{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}'


def _one_line(label: str) -> str:
    return ' '.join(label.split())


# By the endings of files.
WRITERS: dict[str, Callable[[Timeline, Sequence[Segment]], str]] = {
    '.json': to_json,
    '.csv': to_csv,
    '.srt': to_srt,
    '.vtt': to_vtt,
}
