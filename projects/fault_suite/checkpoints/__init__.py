"""Damage and forge checkpoints, and let the tools read them.

Each must be refused in one line that names it, or give the very result of
the whole one; nothing in it may run, hang, or take much memory.
"""

from __future__ import annotations

import argparse
from pathlib import Path

COUNT = 300  # all that are forged, and damaged ones for the rest


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
    from .data import write_data
    from .doors import Doors
    from .mutants import make_mutants, one_of_each
    from .tables import make_tables

    write_data(ROOT, folder)
    doors = Doors(ROOT, folder)
    mutants = make_mutants(doors.checkpoint, args.count, args.seed)
    if args.quick:
        mutants = one_of_each(mutants)
    visits = [doors.visit(m) for m in track(mutants, 'damaged files')]
    faults = [fault for visit in visits for fault in visit.faults]
    return make_tables(visits, faults), faults
