"""Classify a stream at real time on one core, through faults of its source.

A minute goes by between two faults, so ten of them take eleven minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

COUNT = 10


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
    from .faults import FAULTS
    from .network import write_network
    from .tables import find_faults, make_tables
    from .watching import watch_stream

    faults = [FAULTS[i % len(FAULTS)] for i in range(args.count)]
    interval = 60.0
    if args.quick:
        faults, interval = [*FAULTS[2:5]], 15.0
    config, checkpoint = write_network(ROOT, folder)
    watched = watch_stream(ROOT, config, checkpoint, faults, interval)
    wrong = find_faults(watched)
    return make_tables(watched, wrong), wrong
