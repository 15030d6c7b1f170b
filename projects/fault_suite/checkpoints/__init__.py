"""Damage and forge checkpoints, and let the tools read them.

Each must be refused in one line that names it, or give the very result of
the whole one; nothing in it may run, hang, or take much memory.
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
        '--count',
        type=int,
        default=300,
        help='checkpoints, 300 by default: all that are forged, and as many '
        'damaged ones as make up the number',
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
    # Only now: these imports take seconds, and help should not.
    from stnet_mm.utils.progress import track

    from ..page import PAGE, ROOT, insert_tables
    from .data import write_data
    from .doors import Doors
    from .mutants import make_mutants, one_of_each
    from .tables import make_tables

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_data(ROOT, folder)
        doors = Doors(ROOT, folder)
        mutants = make_mutants(doors.checkpoint, args.count, args.seed)
        if args.quick:
            mutants = one_of_each(mutants)
        visits = [doors.visit(m) for m in track(mutants, 'damaged files')]
    faults = [fault for visit in visits for fault in visit.faults]
    tables = make_tables(visits, faults)
    print(tables)
    if not args.quick:
        insert_tables(PAGE, 'checkpoints', tables)
    return faults
