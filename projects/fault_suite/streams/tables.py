"""The tables of docs/reliability.md, and what went wrong."""

from __future__ import annotations

import numpy as np

from ..growth.tables import GROWTH
from .watching import Watched

# Seconds after which the size of the tool is taken for what it needs.
SETTLED = 60


def find_faults(watched: Watched) -> list[str]:
    """Find what went wrong.

    Args:
        watched (Watched): What happened.

    Returns:
        list[str]: Faults that were not survived, and what has grown.
    """
    wrong = [
        f'no prediction after: {fault.name}'
        for (fault, _), pause in zip(watched.faults, pauses(watched))
        if pause is None
    ]
    if watched.status != 0:
        wrong.append(f'ended with status {watched.status}')
    first, last = memory(watched)
    if last > first * (1 + GROWTH):
        wrong.append(f'{first:.0f} MB, then {last:.0f}')
    return wrong


def pauses(watched: Watched) -> list[float | None]:
    """The longest time without a prediction, from each fault to the next.

    Args:
        watched (Watched): What happened.

    Returns:
        list[float | None]: Seconds; None if no prediction came after the end
        of the fault.
    """
    begins = [begin for _, begin in watched.faults]
    found: list[float | None] = []
    for (fault, begin), after in zip(
        watched.faults, [*begins[1:], watched.ended]
    ):
        times = [t for t, _ in watched.predictions if begin < t < after]
        well = bool(times) and times[-1] > begin + fault.lasts
        gaps = np.diff([begin, *times])
        found.append(float(gaps.max()) if well else None)
    return found


def memory(watched: Watched) -> tuple[float, float]:
    """The memory after a minute, or first, and at the end, in MiB.

    Args:
        watched (Watched): What happened.

    Returns:
        tuple[float, float]: Both.
    """
    settled = [u for u in watched.usages if u.step >= SETTLED]
    some = settled or watched.usages
    return some[0].megabytes, some[-1].megabytes


def make_tables(watched: Watched, wrong: list[str]) -> str:
    """Make the tables.

    Args:
        watched (Watched): What happened.
        wrong (list[str]): What went wrong.

    Returns:
        str: Markdown.
    """
    lines = [
        '| fault of the source | longest pause between predictions |',
        '| --- | --: |',
    ]
    for (fault, _), pause in zip(watched.faults, pauses(watched)):
        longest = 'no end' if pause is None else f'{pause:.1f} s'
        lines.append(f'| {fault.name} | {longest} |')
    latencies = [1000 * latency for _, latency in watched.predictions]
    half, most = np.percentile(latencies, [50, 95])
    first, last = memory(watched)
    minutes = (watched.ended - watched.begun) / 60
    lines += [
        '',
        f'In {minutes:.1f} minutes {len(latencies)} predictions; from a '
        f"window's last frame to its prediction {half:.0f} ms, in 95 of 100 "
        f'cases up to {most:.0f} ms; {first:.0f} MB of memory after a minute, '
        f'{last:.0f} MB at the end. It says of itself:',
        '',
        '```text',
        watched.summary,
        '```',
        '',
        f'Faults: {"; ".join(wrong) or "none"}.',
    ]
    return '\n'.join(lines)
