"""Try the package beside many versions of others (docs/support.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from .environment import ROOT, build_wheel
from .page import PAGE, make_page
from .results import (
    FOLDER,
    is_done,
    is_green,
    read_result,
    write_result,
)
from .rows import ROWS
from .run import try_row
from .steps import make_videos

SCRATCH = ROOT / 'work_dirs' / 'support_matrix'


def parse_args() -> argparse.Namespace:
    names = [row.name for row in ROWS]
    parser = argparse.ArgumentParser(
        description='For each row of the matrix, make a fresh virtual '
        'environment with the wheel and try what users do. Rows that are '
        'done are left out unless named. Writes docs/support.md.'
    )
    parser.add_argument(
        'rows', nargs='*', metavar='ROW', help='by default all'
    )
    parser.add_argument(
        '--list', action='store_true', help='list the rows, and stop'
    )
    parser.add_argument(
        '--suites',
        action='store_true',
        help='run the tests of models, datasets and engine, too, in the '
        'rows that are for that',
    )
    parser.add_argument(
        '--page', action='store_true', help='only write the page'
    )
    parser.add_argument(
        '--out', type=Path, default=FOLDER, help='folder of results'
    )
    parser.add_argument(
        '--scratch',
        type=Path,
        default=SCRATCH,
        help='folder for environments, logs and wheels',
    )
    args = parser.parse_args()
    unknown = sorted({*args.rows} - {*names})
    if unknown:
        parser.error(
            f'there is no row {unknown[0]}; there are {", ".join(names)}'
        )
    return args


def try_rows(args: argparse.Namespace) -> None:
    """Try the rows that are named, or those that are not done."""
    chosen = [
        row
        for row in ROWS
        if row.name in args.rows
        or (not args.rows and not is_done(read_result(args.out, row)))
    ]
    if not chosen:
        return
    scratch = args.scratch.resolve()
    wheel = build_wheel(scratch)
    make_videos(scratch / 'videos')
    for row in chosen:
        print(row.name, flush=True)
        for record in try_row(row, wheel, scratch, args.suites):
            write_result(args.out, row, record)


def main() -> None:
    args = parse_args()
    if args.list:
        for row in ROWS:
            done = 'done' if is_done(read_result(args.out, row)) else 'to do'
            print(f'{row.name:34}{done:7}{" ".join(row.packages)}')
        return
    if not args.page:
        with clear_errors():
            try_rows(args)
    results = {row.name: read_result(args.out, row) for row in ROWS}
    if args.out == FOLDER:
        write_atomically(PAGE, make_page(results).encode())
    sys.exit(0 if all(map(is_green, results.values())) else 1)


if __name__ == '__main__':
    main()
