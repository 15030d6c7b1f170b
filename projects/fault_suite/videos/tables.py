"""The tables of docs/reliability.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .mutants import CODECS, DAMAGES, Mutant
from .runs import Run


def make_tables(
    mutants: Sequence[Mutant], runs: Mapping[str, Run], faults: Sequence[str]
) -> str:
    """Make the tables.

    Args:
        mutants (Sequence[Mutant]): The damaged videos.
        runs (Mapping[str, Run]): What was done with them, by name.
        faults (Sequence[str]): What went wrong.

    Returns:
        str: Markdown.
    """
    check, predict = runs['check_videos --decode full'], runs['predict']
    lines = [
        f'{len(mutants)} damaged videos: named by `check_videos.py --decode '
        'full` / of those that `predict.py` refuses.',
        '',
        f'| damage | {" | ".join(CODECS)} |',
        f'| --- | {" | ".join(["--:"] * len(CODECS))} |',
    ]
    for damage in DAMAGES:
        cells = []
        for container in CODECS:
            names = {
                mutant.path.name
                for mutant in mutants
                if (mutant.container, mutant.damage) == (container, damage)
            }
            refused = names & predict.named
            cells.append(
                f'{len(names & check.named)} of {len(names)} / '
                f'{len(refused & check.named)} of {len(refused)}'
            )
        lines.append(f'| {damage} | {" | ".join(cells)} |')
    lines += [
        '',
        '| command | status | seconds | damaged videos named |',
        '| --- | --: | --: | --: |',
    ]
    for run in runs.values():
        lines.append(
            f'| {run.name} | {run.status} | {run.seconds:.0f} | '
            f'{len(run.named)} |'
        )
    lines += ['', f'Faults: {"; ".join(faults) or "none"}.']
    return '\n'.join(lines)
