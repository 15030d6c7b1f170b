"""Kill trainings at random moments, and resume them.

Whatever hits them, by one process or two, they must end with the weights and
losses of a training that was left alone, to the bit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

COUNT = 70


def run(folder: Path, args: argparse.Namespace) -> tuple[str, list[str]]:
    """Run the suite.

    Args:
        folder (Path): An empty folder.
        args (argparse.Namespace): The options.

    Returns:
        tuple[str, list[str]]: Tables, and what went wrong.
    """
    # Only now: these imports take seconds, and help should not.
    from stnet_mm.utils.progress import track

    from ..page import ROOT
    from .cases import make_cases, try_case
    from .data import write_data
    from .job import train_alone
    from .tables import make_tables

    write_data(ROOT, folder)
    alone = {n: train_alone(ROOT, folder, n) for n in (1, 2)}
    cases = make_cases(args.count, args.seed)
    if args.quick:
        cases = list({case.kind: case for case in cases}.values())
    results = [
        try_case(ROOT, folder, case, alone[case.processes])
        for case in track(cases, 'kills')
    ]
    faults = [fault for result in results for fault in result.faults]
    return make_tables(results, faults), faults
