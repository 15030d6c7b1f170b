"""Damage videos of six containers in four ways, and let the tools read them.

None may crash, hang or show a traceback, and each video that cannot be read
must be named.
"""

from __future__ import annotations

import argparse
from pathlib import Path

COUNT = 500


def run(folder: Path, args: argparse.Namespace) -> tuple[str, list[str]]:
    """Run the suite.

    Args:
        folder (Path): An empty folder.
        args (argparse.Namespace): The options.

    Returns:
        tuple[str, list[str]]: Tables, and what went wrong.
    """
    # Only now: these imports take seconds, and help should not.
    from ..page import ROOT
    from .data import write_data
    from .mutants import write_mutants
    from .runs import run_all
    from .tables import make_tables
    from .verdict import find_faults

    count = 24 if args.quick else args.count
    mutants = write_mutants(folder, count, args.seed)
    write_data(ROOT, folder, mutants)
    runs = run_all(ROOT, folder, mutants)
    faults = find_faults(runs)
    return make_tables(mutants, runs, faults), faults
