"""Train on two machines, take one away, and bring another.

Two network namespaces stand for the machines. The training must end with the
weights and losses of one that was left alone, to the bit. Needs Linux, root
and ``ip``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

COUNT = None


def run(folder: Path, args: argparse.Namespace) -> tuple[str, list[str]]:
    """Run the suite.

    Args:
        folder (Path): An empty folder.
        args (argparse.Namespace): The options.

    Returns:
        tuple[str, list[str]]: Tables, and what went wrong.
    """
    # Only now: these imports take seconds, and help should not.
    from ..kills.cases import find_differences
    from ..kills.data import write_data
    from ..kills.job import read_result, train_alone
    from ..page import ROOT
    from .network import two_machines
    from .training import lose_a_machine

    with two_machines() as machines:
        write_data(ROOT, folder)
        alone = train_alone(ROOT, folder, 2)
        lost = lose_a_machine(ROOT, folder, machines)
        faults = lost.faults
        if not faults:
            result = read_result(folder / lost.work_dir, lost.seconds)
            faults = find_differences(result, alone)
    right = 'the same weights and losses, to the bit'
    text = (
        f'Two machines, one killed in epoch {lost.epoch} and replaced: '
        f'status {lost.statuses}, {"; ".join(faults) or right}.'
    )
    return text, faults
