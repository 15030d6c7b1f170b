"""Damage videos of six containers in four ways, and let the tools read them.

None may crash, hang or show a traceback, and each video that cannot be read
must be named.
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
        '--count', type=int, default=500, help='damaged videos; 500 by default'
    )
    parser.add_argument(
        '--quick', action='store_true', help='24 of them, and no page'
    )
    parser.add_argument('--seed', type=int, default=0)


def run(args: argparse.Namespace) -> list[str]:
    """Run the suite.

    Args:
        args (argparse.Namespace): The options.

    Returns:
        list[str]: What went wrong.
    """
    # Only now: these imports take seconds, and help should not.
    from ..page import PAGE, ROOT, insert_tables
    from .data import write_data
    from .mutants import write_mutants
    from .runs import run_all
    from .tables import make_tables
    from .verdict import find_faults

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = 24 if args.quick else args.count
        mutants = write_mutants(folder, count, args.seed)
        write_data(ROOT, folder, mutants)
        runs = run_all(ROOT, folder, mutants)
        faults = find_faults(runs)
    tables = make_tables(mutants, runs, faults)
    print(tables)
    if not args.quick:
        insert_tables(PAGE, 'videos', tables)
    return faults
