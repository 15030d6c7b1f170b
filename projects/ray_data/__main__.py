"""Classify an archive of videos on a cluster of Ray (README.md)."""

from __future__ import annotations

import argparse
import json


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Classify many videos on the machines of a Ray cluster, '
        'with the file that tools/predict.py --out writes'
    )
    parser.add_argument('config', help='config file, on every machine')
    parser.add_argument('checkpoint', help='checkpoint file or URL')
    parser.add_argument(
        'videos',
        nargs='+',
        metavar='video',
        help='lists (.txt, .csv) of paths, folders, files or URLs',
    )
    parser.add_argument('--root', help='folder that paths of lists refer to')
    parser.add_argument('--out', required=True, metavar='RESULTS.jsonl')
    parser.add_argument('--topk', type=int, help='5 by default')
    parser.add_argument('--batch-size', type=int, default=8)
    parser.add_argument(
        '--gpus', type=int, default=0, help='0 by default: a CPU'
    )
    parser.add_argument(
        '--readers', type=int, default=1, help='processes that read; 1'
    )
    parser.add_argument('--resume', action='store_true')
    parser.add_argument(
        '--address',
        help='of the cluster; by default the one that runs here, '
        'or else one of this machine',
    )
    args = parser.parse_args()
    for name in ('batch_size', 'readers'):
        if getattr(args, name) < 1:
            parser.error(f'--{name.replace("_", "-")} must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import ray

    from projects.ray_data.pipeline import classify_with_ray
    from stnet_mm.apis.archive_sources import find_videos
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        videos = find_videos(args.videos, args.root)
        ray.init(args.address)
        lines = classify_with_ray(
            *(args.config, args.checkpoint, videos, args.out, args.topk),
            *(args.batch_size, args.gpus, args.readers, args.resume),
        )
    with open(args.out, encoding='utf-8') as file:
        for line in filter(lambda line: '"error"' in line, file):
            result = json.loads(line)
            if 'error' in result:
                print(f'error: {result["error"]}')
    print(f'{lines.done} videos, of which {lines.failed} could not be read')
    raise SystemExit(1 if lines.failed else 0)


if __name__ == '__main__':
    main()
