"""Run a suite of faults (docs/reliability.md)."""

from __future__ import annotations

import argparse
import sys

from projects.fault_suite import checkpoints, videos

SUITES = {'videos': videos, 'checkpoints': checkpoints}


def main() -> None:
    parser = argparse.ArgumentParser(
        description='Let the tools meet faults of one kind, and see that each '
        'ends well. The status is 0 if all do.'
    )
    suites = parser.add_subparsers(dest='suite', required=True)
    for name, suite in SUITES.items():
        options = suites.add_parser(name, description=suite.__doc__)
        suite.add_arguments(options)
    args = parser.parse_args()
    sys.exit(1 if SUITES[args.suite].run(args) else 0)


if __name__ == '__main__':
    main()
