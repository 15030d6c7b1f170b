"""Train and compare small networks on ordered actions (see docs/study.md)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

CONFIGS = Path(__file__).resolve().parent / 'configs'
# From the root of a checkout, where the command runs.
RESULTS = Path('projects', 'ordered_actions_study', 'results')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Train and test grids of small networks on made-up '
        'videos, fine-tune them, and score their maps. Every finished run '
        'is a line of a results file; started again, the study goes on with '
        'what is missing.',
    )
    parser.add_argument(
        'experiments',
        nargs='*',
        metavar='EXPERIMENT',
        help='quick, levels, models, longer, sizes, transfer or localization; '
        'by default all but quick',
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
        '--real',
        metavar='FOLDER',
        type=Path,
        help='real videos to fine-tune on as well: a folder with train.txt, '
        'val.txt and classes.txt',
    )
    parser.add_argument(
        '--scale',
        choices=['small', 'large', 'smoke'],
        default='small',
        help='small: for processor cores; large: ten times the videos at '
        'twice the size and ResNet-18 with all its channels, for a GPU; '
        'smoke: a few videos, one epoch and one seed, to check that '
        'everything runs',
    )
    parser.add_argument(
        '--results',
        type=Path,
        help='folder for the results, a file for each experiment; by default '
        'projects/ordered_actions_study/results, or results_SCALE if that is '
        'not small',
    )
    parser.add_argument(
        '--data',
        type=Path,
        help='folder for the data sets; by default data/study, or '
        'data/study_SCALE',
    )
    parser.add_argument(
        '--work-dir',
        type=Path,
        help='folder for logs and checkpoints; by default work_dirs/study, '
        'or work_dirs/study_SCALE',
    )
    args = parser.parse_args()
    if args.quick and args.experiments:
        parser.error('--quick runs the quick grid alone: leave one out')
    suffix = '' if args.scale == 'small' else f'_{args.scale}'
    args.results = args.results or RESULTS.with_name(f'{RESULTS.name}{suffix}')
    args.data = args.data or Path('data', f'study{suffix}')
    args.work_dir = args.work_dir or Path('work_dirs', f'study{suffix}')
    return args


def main() -> None:
    args = parse_args()
    # The loaders' processes need the same few cores as the network.
    os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

    # Only now: these imports take seconds, and help should not.
    from projects.ordered_actions_study.driver import EXPERIMENTS, Study
    from stnet_mm.errors import check_choice
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        chosen = ['quick'] if args.quick else args.experiments
        for name in chosen:
            check_choice('experiment', name, EXPERIMENTS)
        study = Study(
            CONFIGS,
            args.results,
            args.data,
            args.work_dir,
            args.scale,
            args.real,
        )
        for name in chosen or [x for x in EXPERIMENTS if x != 'quick']:
            study.run(name, args.models or ())


if __name__ == '__main__':
    main()
