"""Check the videos of a list or folder, before training stumbles on one."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Open and decode every video, several at once, and name '
        'those that are missing, empty, truncated, no video, damaged, too '
        'short or there twice, those with a wrong label or outside of the '
        'root, and those on which the decoder crashes or hangs. The status '
        'is 0 if all are fine, else 1. An interrupted check goes on when '
        'started again.'
    )
    parser.add_argument(
        'source',
        help='annotation file, lines of a path and a label; or a folder of '
        'videos',
    )
    parser.add_argument(
        '--root',
        metavar='FOLDER',
        help='folder that paths of the list are relative to; by default that '
        'of the list',
    )
    parser.add_argument(
        '--labels',
        metavar='FILE',
        help='text file with one class name per line, to check labels by',
    )
    parser.add_argument(
        '--decode',
        choices=['probe', 'full'],
        default='probe',
        help='probe (default): the first, middle and last frame of each; '
        'full: all frames; needs PyAV',
    )
    parser.add_argument(
        '--min-frames',
        type=int,
        default=1,
        metavar='N',
        help='fewer are too short; 1 by default',
    )
    parser.add_argument(
        '-j',
        '--workers',
        type=int,
        metavar='N',
        help='number of processes; by default as many as there are cores',
    )
    parser.add_argument(
        '--limit',
        type=float,
        default=30,
        metavar='SECONDS',
        help='a decoder that makes no progress for so long hangs; 30 by '
        'default',
    )
    parser.add_argument(
        '--out',
        metavar='LIST',
        help='list to write without what is wrong: lines stay as they are',
    )
    parser.add_argument(
        '--cache',
        metavar='FILE',
        help='file of results, to go on with; by default in '
        'work_dirs/check_videos',
    )
    args = parser.parse_args()
    if args.limit <= 0:
        parser.error('--limit must be more than 0')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.datasets.annotations.text_file import write_text
    from stnet_mm.datasets.checking import (
        KINDS,
        MISSING,
        OK,
        check_videos,
        header_line,
    )
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.pyav import require_pyav

    with clear_errors():
        if args.decode == 'full':
            require_pyav('to decode all frames')
        name = f'{Path(args.source).resolve().name}.{args.decode}.jsonl'
        findings = check_videos(
            args.source,
            args.root,
            args.labels,
            args.decode,
            args.min_frames,
            args.limit,
            args.cache or Path('work_dirs', 'check_videos', name),
            args.workers,
        )
        bad = [found for found in findings if found.kind != OK]
        for found in bad:
            print(found)
        counts = Counter(found.kind for found in findings)
        named = [f'{counts[kind]} {kind}' for kind in KINDS if counts[kind]]
        print(f'{len(findings)} videos: {", ".join(named)}')
        if counts[MISSING] == len(findings) and not args.root:
            print('no video is where the list says: is --root missing?')
        if args.out:
            lines = [f.line for f in findings if f.kind == OK]
            header = header_line(args.source)
            text = '\n'.join([header, *lines] if header else lines)
            write_text(Path(args.out), f'{text}\n' if text else '')
            print(f'wrote {args.out}')
        sys.exit(1 if bad else 0)


if __name__ == '__main__':
    main()
