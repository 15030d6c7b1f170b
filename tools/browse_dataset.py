"""Show what a network sees of a data set, on a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mmengine.config import DictAction


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write a page with the frames of some videos as the '
        'pipeline of a config samples and augments them, and with the number '
        'of videos of each class'
    )
    parser.add_argument('config', help='config file: a program, which is run')
    parser.add_argument(
        '--out',
        metavar='PAGE',
        help='page to write; by default work_dirs/browse/CONFIG_SPLIT.html',
    )
    parser.add_argument(
        '--split',
        choices=['train', 'val', 'test'],
        default='train',
        help='by default train',
    )
    parser.add_argument(
        '--number',
        type=int,
        default=24,
        help='how many videos, drawn at random; by default 24',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='random seed; by default 0'
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings to override, for example '
        'train_dataloader.dataset.ann_file=other.txt; quote lists: '
        'key="[a,b]"',
    )
    args = parser.parse_args()
    if args.number < 1:
        parser.error('--number must be 1 or more')
    if args.seed < 0:
        parser.error('--seed must be 0 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from mmengine.logging import MMLogger

    from stnet_mm.utils.config_file import load_config_file
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.visualization.dataset_page import write_dataset_page

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        cfg = load_config_file(args.config, args.cfg_options)
        name = f'{Path(args.config).stem}_{args.split}'
        out = args.out or f'work_dirs/browse/{name}.html'
        problems = write_dataset_page(
            out, cfg, args.split, name, args.number, args.seed, True
        )
    print(out)
    for problem in problems:
        print(f'error: {problem}', file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
