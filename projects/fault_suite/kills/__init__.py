"""Kill trainings at random moments, and resume them.

Whatever hits them, by one process or two, they must end with the weights and
losses of a training that was left alone, to the bit.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this suite.

    Args:
        parser (argparse.ArgumentParser): The parser.
    """
    parser.add_argument(
        '--count', type=int, default=70, help='kills; 70 by default'
    )
    parser.add_argument(
        '--quick', action='store_true', help='one of each kind, and no page'
    )
    parser.add_argument('--seed', type=int, default=0)


def run(args: argparse.Namespace) -> list[str]:
    """Run the suite.

    Args:
        args (argparse.Namespace): The options.

    Returns:
        list[str]: What went wrong.
    """
    from stnet_mm.utils.progress import track

    from ..page import PAGE, ROOT, insert_tables
    from .cases import make_cases, try_case
    from .data import write_data
    from .job import train_alone
    from .tables import make_tables

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
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
    tables = make_tables(results, faults)
    print(tables)
    if not args.quick:
        insert_tables(PAGE, 'kills', tables)
    return faults
