"""Check, train, test and predict on damaged videos (docs/reliability.md)."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Damage videos of six containers in four ways, and let '
        'the tools read them: none may crash, hang or show a traceback, and '
        'each video that cannot be read must be named. The status is 0 if so.'
    )
    parser.add_argument(
        '--count', type=int, default=500, help='damaged videos; 500 by default'
    )
    parser.add_argument(
        '--quick', action='store_true', help='24 of them, and no page'
    )
    parser.add_argument('--seed', type=int, default=0)
    return parser.parse_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from projects.fault_suite.data import write_data
    from projects.fault_suite.mutants import write_mutants
    from projects.fault_suite.page import insert_tables, make_tables
    from projects.fault_suite.runs import run_all
    from projects.fault_suite.verdict import find_faults

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
        insert_tables(ROOT / 'docs' / 'reliability.md', tables)
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
