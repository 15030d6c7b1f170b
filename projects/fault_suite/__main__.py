"""Run a suite of faults (docs/reliability.md)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from projects.fault_suite import (
    checkpoints,
    growth,
    kills,
    nodes,
    streams,
    videos,
)
from projects.fault_suite.page import PAGE, insert_tables

# Each says how many faults it has by default: COUNT, None for no choice.
SUITES = {
    'videos': videos,
    'checkpoints': checkpoints,
    'kills': kills,
    'nodes': nodes,
    'growth': growth,
    'streams': streams,
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Let the tools meet faults of one kind, and see that each '
        'ends well. The status is 0 if all do.'
    )
    suites = parser.add_subparsers(dest='suite', required=True)
    for name, suite in SUITES.items():
        options = suites.add_parser(name, description=suite.__doc__)
        options.set_defaults(quick=False)
        if suite.COUNT is None:
            continue
        options.add_argument(
            '--count',
            type=int,
            default=suite.COUNT,
            help=f'how many faults; {suite.COUNT} by default',
        )
        options.add_argument(
            '--quick', action='store_true', help='a few faults, and no page'
        )
        options.add_argument('--seed', type=int, default=0)
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    with tempfile.TemporaryDirectory() as name:
        tables, faults = SUITES[args.suite].run(Path(name), args)
    print(tables)
    if not args.quick:
        insert_tables(PAGE, args.suite, tables)
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
