"""Re-encode a folder of videos to a small size, for faster training."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Re-encode the videos of a folder, and of the folders in '
        'it, as H.264 of a small size with a key frame every 12 frames. '
        'Frames keep their number, times and aspect ratio, and are turned '
        'upright; sound is left out. Videos that are small already are '
        'copied. Names stay, but containers other than mp4, m4v, mov and mkv '
        'become mp4. An interrupted run continues when started again with '
        'the same options.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument('source', help='folder of videos')
    parser.add_argument('out', help='folder to make')
    parser.add_argument(
        '--short-side',
        type=int,
        metavar='PIXELS',
        default=256,
        help='length of the short side; even',
    )
    parser.add_argument(
        '--crf',
        type=int,
        default=20,
        help='quality, from 0 to 51: lower is better and larger',
    )
    parser.add_argument(
        '--workers',
        type=int,
        help='number of processes; by default as many as there are cores',
    )
    return parser.parse_args()


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.pyav import require_pyav

    with clear_errors():
        require_pyav('to re-encode videos')

        from stnet_mm.datasets.resizing import resize_videos

        result = resize_videos(
            args.source, args.out, args.short_side, args.crf, args.workers
        )
    print(
        f'videos: {result.encoded} re-encoded, {result.copied} copied, '
        f'{result.finished} finished before'
    )
    if result.others:
        print(f'no videos, left out: {some(result.others)}')
    if result.renamed:
        print(
            'now .mp4, to be changed where they are listed: '
            + some(result.renamed)
        )
    for problem in result.problems:
        print(f'error: {problem}', file=sys.stderr)
    sys.exit(1 if result.problems else 0)


def some(paths: Sequence[Path], count: int = 3) -> str:
    """The first of many paths, and how many more there are."""
    text = ', '.join(map(str, paths[:count]))
    more = len(paths) - count
    return f'{text} and {more} more' if more > 0 else text


if __name__ == '__main__':
    main()
