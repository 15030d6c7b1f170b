"""Train and compare networks on real video (see README.md)."""

from __future__ import annotations

import argparse
import itertools
import time
from pathlib import Path

RESULTS = Path('projects', 'real_videos', 'results', 'runs.jsonl')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Train and test networks on real video. Every finished '
        'run is a line of the results file; started again, it goes on with '
        'what is missing.'
    )
    parser.add_argument(
        'datasets', type=Path, help='folder with the data sets, by name'
    )
    parser.add_argument('--models', nargs='+', default=['stnet'])
    parser.add_argument('--data', nargs='+', default=['egogestar', 'yoga6'])
    parser.add_argument('--folds', nargs='+', type=int)
    parser.add_argument('--variants', nargs='+', default=['recipe'])
    parser.add_argument('--seeds', nargs='+', type=int, default=[0])
    parser.add_argument(
        '--examples',
        nargs='+',
        type=int,
        default=[None],
        help='clips of each class to train on; by default all',
    )
    parser.add_argument(
        '--other-tests',
        action='store_true',
        help='also test with other crops, sizes and numbers of segments',
    )
    parser.add_argument('--results', type=Path, default=RESULTS)
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs', 'real_videos')
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from projects.ordered_actions_study.records import Records
    from projects.real_videos.data import FOLDS, fingerprint_of
    from projects.real_videos.run import Run
    from projects.real_videos.training import train_and_test
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        keep_freed_memory()
        records = Records(
            args.results,
            lambda r: fingerprint_of(args.datasets / r.data, r.data, r.fold),
            Run,
        )
        for seed, variant, examples, model, data in itertools.product(
            *(args.seeds, args.variants, args.examples),
            *(args.models, args.data),
        ):
            for fold in FOLDS[data]:
                if args.folds and fold not in args.folds:
                    continue
                run = Run(model, data, fold, seed, variant, examples)
                if run in records:
                    continue
                start = time.time()
                record = train_and_test(
                    *(run, args.datasets / data, args.work_dir),
                    args.other_tests,
                )
                records.add(run, record)
                print(
                    f'{run.name}: {record["accuracy"]:.1%}, loss '
                    f'{record["first_loss"]:.2f} to {record["last_loss"]:.2f}'
                    f', {(time.time() - start) / 60:.1f} minutes',
                    flush=True,
                )


if __name__ == '__main__':
    main()
