"""The table of docs/reliability.md."""

from __future__ import annotations

from collections.abc import Sequence

from .doors import NAMES, Visit


def make_tables(visits: Sequence[Visit], faults: Sequence[str]) -> str:
    """Make the table.

    Args:
        visits (Sequence[Visit]): What was done with each checkpoint.
        faults (Sequence[str]): What went wrong.

    Returns:
        str: Markdown.
    """
    lines = [
        f'{len(visits)} checkpoints; how many are refused in one line that '
        'names them. The others give the very result of the whole one.',
        '',
        f'| checkpoints | number | {" | ".join(NAMES)} |',
        f'| --- | --: | {" | ".join(["--:"] * len(NAMES))} |',
    ]
    for kind in dict.fromkeys(visit.mutant.kind for visit in visits):
        found = [visit for visit in visits if visit.mutant.kind == kind]
        counts = [sum(name in v.refused for v in found) for name in NAMES]
        cells = ' | '.join(map(str, (len(found), *counts)))
        lines.append(f'| {kind} | {cells} |')
    lines += ['', f'Faults: {"; ".join(faults) or "none"}.']
    return '\n'.join(lines)
