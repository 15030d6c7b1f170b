"""Classify videos: ``python -m stnet_runtime model.onnx video.mp4``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog='python -m stnet_runtime',
        description='Classify videos with an exported network, and print the '
        'best classes of each',
    )
    parser.add_argument('model', help='file that tools/export.py wrote')
    parser.add_argument('videos', nargs='+', metavar='video')
    parser.add_argument(
        '--topk', type=int, default=5, help='how many classes; 5 by default'
    )
    parser.add_argument(
        '--segments',
        type=int,
        metavar='T',
        help='segments of a video; by default those of the export',
    )
    parser.add_argument(
        '--threads', type=int, help='by default one for each core'
    )
    parser.add_argument(
        '--json',
        action='store_true',
        help='print a line of JSON for each video, with all scores',
    )
    args = parser.parse_args()
    for name in ('topk', 'segments', 'threads'):
        value = getattr(args, name)
        if value is not None and value < 1:
            parser.error(f'--{name} must be 1 or more')
    return args


def main() -> int:
    args = parse_args()
    # Names of classes may have characters that the terminal does not know.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors='backslashreplace')

    # Only now: these imports take a moment, and help should not.
    from .errors import StNetInputError
    from .model import ExportedModel
    from .open_set import UNKNOWN

    status = 0
    try:
        model = ExportedModel(args.model, args.threads)
    except StNetInputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 1
    classes = model.contract.classes
    percent = model.contract.scores != 'logits'
    for video in args.videos:
        try:
            scores, _, unknown = model(video, args.segments)
        except StNetInputError as error:
            # One bad video costs no other.
            print(f'error: {error}', file=sys.stderr)
            status = 1
            continue
        if args.json:
            named = dict(zip(classes, map(float, scores)))
            line = dict(video=video, unknown=unknown, scores=named)
            print(json.dumps(line), flush=True)
            continue
        print(video)
        if unknown:
            print(f'  {UNKNOWN}, at best:', flush=True)
        for k in (-scores).argsort(kind='stable')[: args.topk]:
            value = f'{scores[k]:7.2%}' if percent else f'{scores[k]:8.3f}'
            print(f'  {value}  {classes[k]}', flush=True)
    return status


if __name__ == '__main__':
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Whoever reads the output has enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
