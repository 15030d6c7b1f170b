"""The table of docs/reliability.md."""

from __future__ import annotations

from collections.abc import Sequence

from .cases import Tried


def make_tables(results: Sequence[Tried], faults: Sequence[str]) -> str:
    """Make the table.

    Args:
        results (Sequence[Tried]): What came of the kills.
        faults (Sequence[str]): What went wrong.

    Returns:
        str: Markdown.
    """
    right = sum(not result.faults for result in results)
    lines = [
        f'{right} of {len(results)} killed trainings ended with the weights, '
        'averages, optimizer and losses of one that was left alone, to the '
        'bit.',
        '',
        '| signal | processes | workers | kills | equal |',
        '| --- | --: | --: | --: | --: |',
    ]
    for kind in dict.fromkeys(result.case.kind for result in results):
        some = [result for result in results if result.case.kind == kind]
        equal = sum(not result.faults for result in some)
        cells = ' | '.join(map(str, kind))
        lines.append(f'| {cells} | {len(some)} | {equal} |')
    return '\n'.join([*lines, '', f'Faults: {"; ".join(faults) or "none"}.'])
