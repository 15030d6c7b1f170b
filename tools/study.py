"""Train and compare small networks on ordered actions (see docs/study.md)."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

CONFIGS = Path(__file__).resolve().parents[1] / 'configs' / 'study'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Train and test a grid of small networks on made-up '
        'videos. Every finished run is a line of the results file; started '
        'again, the study goes on with what is missing.',
    )
    parser.add_argument(
        'grids',
        nargs='*',
        default=['models', 'sizes', 'levels'],
        help='quick, models, sizes or levels; by default all but quick',
    )
    parser.add_argument(
        '--quick',
        action='store_true',
        help='the quick grid alone: half an hour on two processor cores',
    )
    parser.add_argument(
        '--models', nargs='+', metavar='MODEL', help='only these models'
    )
    parser.add_argument(
        '--results',
        default='docs/study_results',
        help='folder for the results, a file for each grid',
    )
    parser.add_argument(
        '--data', default='data/study', help='folder for the data sets'
    )
    parser.add_argument(
        '--work-dir',
        default='work_dirs/study',
        help='folder for logs and checkpoints',
    )
    parser.add_argument(
        '--smoke',
        action='store_true',
        help='a few videos, one epoch and one seed, to check that everything '
        'runs',
    )
    return parser.parse_args()


def run_grid(name: str, args: argparse.Namespace) -> None:
    """Run what is missing of a grid, telling how it goes."""
    from stnet_mm.study import (
        GRIDS,
        Records,
        data_settings,
        missing_cells,
        run_cell,
    )

    grid = GRIDS[name].only(args.models) if args.models else GRIDS[name]
    if args.smoke:
        grid = replace(grid, epochs=1, seeds=grid.seeds[:1])
    path = Path(args.results, f'{name}.jsonl')
    records = Records(
        path, lambda level: data_settings(level, args.smoke).fingerprint()
    )
    print(f'Grid {name}: {grid.count()} runs, results in {path}', flush=True)
    for cell in missing_cells(grid, records):
        start = time.time()
        record = run_cell(
            cell,
            CONFIGS,
            Path(args.data, f'level{cell.level}'),
            Path(args.work_dir, name, cell.name),
            data_settings(cell.level, args.smoke),
        )
        records.add(cell, record)
        print(
            f'{cell.name}: {record["accuracy"]:.1%}, inside local pairs '
            f'{record["local_pairs"]:.1%}, inside global pairs '
            f'{record["global_pairs"]:.1%}; '
            f'{(time.time() - start) / 60:.1f} minutes',
            flush=True,
        )


def main() -> None:
    args = parse_args()
    # The loaders' processes need the same few cores as the network.
    os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.errors import StNetInputError
    from stnet_mm.study import GRIDS
    from stnet_mm.utils.cli import clear_errors

    with clear_errors():
        names = ['quick'] if args.quick else args.grids
        for name in names:
            if name not in GRIDS:
                raise StNetInputError(
                    f'unknown grid {name!r}: choose from ' + ', '.join(GRIDS)
                )
        for name in names:
            run_grid(name, args)


if __name__ == '__main__':
    main()
