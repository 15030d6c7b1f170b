"""From a folder of clips to a trained and tested recognizer."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
RECIPE = TOOLS.parent / 'configs' / 'own_data' / 'stnet_own-data-rgb.py'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Train StNet on your clips: check them, split them, '
        'choose settings, train, test, and leave a folder with the config, '
        'the checkpoint and a report. Interrupted, the same command goes on.'
    )
    parser.add_argument(
        'source',
        metavar='CLIPS',
        help='folder with a folder of clips for each class; or a list of '
        'clips, "PATH LABEL" a line or a CSV file',
    )
    parser.add_argument(
        '--val',
        metavar='CLIPS2',
        help='the same of clips to validate and test on; by default a tenth '
        'of CLIPS validates and another tenth tests',
    )
    parser.add_argument(
        '--out', help='folder to write; by default work_dirs/fit/NAME'
    )
    parser.add_argument(
        '--videos', help='folder that the paths in a list are relative to'
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line, for lists with numbers',
    )
    parser.add_argument(
        '--group-by',
        metavar='PATTERN',
        help='regular expression that finds in a path what must not be both '
        "trained and tested on, such as a person: 'subject(\\d+)'",
    )
    parser.add_argument(
        '--network',
        choices=['lite0', 'lite1', 'lite2', 'r18', 'r50'],
        help='image network to start from; by default lite0, or r50 where '
        'there is a GPU of 8 GB or more',
    )
    parser.add_argument(
        '--mirror',
        action='store_true',
        help='mirror half of the clips in training; not for classes with a '
        'direction, such as left and right',
    )
    parser.add_argument(
        '--load-from', help='checkpoint of a StNet to start from'
    )
    parser.add_argument('--batch-size', type=int, help='8 by default')
    parser.add_argument(
        '--max-iters',
        type=int,
        help='steps of training; by default 15 epochs, and at least 330 '
        'updates of the weights',
    )
    parser.add_argument('--seed', type=int, default=0, help='random seed')
    args = parser.parse_args()
    for name, least in (('batch_size', 2), ('max_iters', 3), ('seed', 0)):
        value = getattr(args, name)
        if value is not None and value < least:
            parser.error(f'--{name.replace("_", "-")} must be {least} or more')
    return args


def main() -> None:
    # Before PyTorch is loaded: threads that wait for each other soon leave the
    # cores to the processes that read videos (docs/speed.md).
    if 'OMP_WAIT_POLICY' not in os.environ:
        os.environ.setdefault('GOMP_SPINCOUNT', '1000')
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.datasets.dead_workers import explain_dead_workers
    from stnet_mm.fit import FitOptions, fit
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.error_lines import clear_errors

    options = vars(args)
    for name in ('source', 'val', 'videos'):
        if options[name]:  # clips/ is clips
            options[name] = os.path.normpath(options[name])
    source = Path(args.source).resolve()
    out = options.pop('out') or Path(
        *('work_dirs', 'fit'), source.name if source.is_dir() else source.stem
    )
    with clear_errors(), explain_dead_workers():
        keep_freed_memory()
        fit(FitOptions(**options), Path(out), RECIPE, TOOLS)


if __name__ == '__main__':
    main()
