"""What a tool did wrong with a checkpoint."""

from __future__ import annotations

from ..forked import Outcome

# Characters of an error that a person can read.
LONGEST = 1000


def find_fault(name: str, outcome: Outcome, most: float, same: bool) -> str:
    """Find what a tool did wrong.

    Args:
        name (str): Name of the checkpoint's file.
        outcome (Outcome): How the tool ended.
        most (float): The memory that it may have taken, in MB.
        same (bool): Whether its result is that of the whole checkpoint.

    Returns:
        str: The fault; empty if there is none.
    """
    if outcome.hangs:
        return 'a hang'
    if outcome.status < 0:
        return f'killed by signal {-outcome.status}'
    if 'Traceback' in outcome.err + outcome.out:
        return f'a traceback: {outcome.err.splitlines()[-1:]}'
    if outcome.megabytes > most:
        return f'{outcome.megabytes:.0f} MB of memory'
    if outcome.status == 0:
        return '' if same else 'another result'
    lines = outcome.err.splitlines()
    errors = [line for line in lines if line.startswith('error: ')]
    if len(errors) != 1 or name not in errors[0]:
        return f'not one line that names it: {lines[-3:]}'
    return '' if len(errors[0]) < LONGEST else 'an endless line'
