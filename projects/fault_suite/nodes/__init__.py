"""Train on two machines, take one away, and bring another.

Two network namespaces stand for the machines. The training must end with the
weights and losses of one that was left alone, to the bit. Needs Linux, root
and ``ip``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this suite: it has none.

    Args:
        parser (argparse.ArgumentParser): The parser.
    """


def run(args: argparse.Namespace) -> list[str]:
    """Run the suite.

    Args:
        args (argparse.Namespace): The options.

    Returns:
        list[str]: What went wrong.
    """
    from ..kills.cases import find_differences
    from ..kills.data import write_data
    from ..kills.job import read_result, train_alone
    from ..page import PAGE, ROOT, insert_tables
    from .network import two_machines
    from .training import lose_a_machine

    with tempfile.TemporaryDirectory() as name, two_machines() as machines:
        folder = Path(name)
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
    print(text)
    insert_tables(PAGE, 'nodes', text)
    return faults
