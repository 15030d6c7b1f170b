"""Train for long, and see that memory and open files stay as they are.

Compares a training's processes after 200 steps and after 2,000, with
validations and checkpoints between.
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
    from ..page import ROOT
    from .tables import find_growth, make_table
    from .training import train_for_long

    usages = train_for_long(ROOT, folder, steps=2000)
    faults = find_growth(usages)
    return make_table(usages, faults), faults
