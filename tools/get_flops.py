"""Count the multiply-adds and parameters of a recognizer."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stnet_mm.analysis import Complexity


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Count the multiply-adds and parameters of the model of a '
        'config, part by part; the input is that of testing by default'
    )
    parser.add_argument(
        'config', help='config file of any recognizer: a program, which is run'
    )
    parser.add_argument(
        '--shape',
        type=positive,
        nargs='+',
        metavar=('HEIGHT', 'WIDTH'),
        help='size of the frames; one number for a square',
    )
    parser.add_argument(
        '--segments', type=positive, help='segments (or clips) of a video'
    )
    parser.add_argument('--views', type=positive, help='crops of every frame')
    parser.add_argument('--json', help='file to write the counts to')
    args = parser.parse_args()
    if args.shape and len(args.shape) > 2:
        parser.error('--shape takes one or two numbers')
    return args


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f'{number} is not 1 or more')
    return number


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from stnet_mm.analysis import (
        build_recognizer,
        count_complexity,
        setting_of,
    )
    from stnet_mm.datasets.wrappers import find_dataset
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.config_file import load_config_file
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        cfg = load_config_file(args.config)
        if 'model' not in cfg or 'test_dataloader' not in cfg:
            raise StNetInputError(
                f'{args.config} has no model and test_dataloader: give a '
                'config that can be tested'
            )
        setting = setting_of(
            find_dataset(cfg.test_dataloader.dataset)['pipeline'],
            cfg.model.get('test_cfg'),
        )
        if args.shape:
            height, width = args.shape[0], args.shape[-1]
            setting = setting._replace(height=height, width=width)
        if args.segments:
            setting = setting._replace(num_clips=args.segments)
        if args.views:
            setting = setting._replace(crops=args.views)
        counts = count_complexity(build_recognizer(cfg.model), setting)
        if args.json:
            content = dict(
                counts._asdict(),
                config=args.config,
                macs_of_video=counts.macs * counts.views,
                parts=[part._asdict() for part in counts.parts],
            )
            write_atomically(args.json, json.dumps(content, indent=2).encode())
    show(counts)


def show(counts: Complexity) -> None:
    width = max(len(part.name) for part in counts.parts)
    print(f'{"":{width}}  {"GMACs":>9}  {"parameters":>12}')
    for part in counts.parts:
        macs = f'{part.macs / 1e9:9.3f}'
        print(f'{part.name:{width}}  {macs}  {part.parameters:12,}')
    total = f'{counts.macs / 1e9:9.3f}'
    print(f'{"one view":{width}}  {total}  {counts.parameters:12,}')
    video = f'{counts.macs * counts.views / 1e9:9.3f}'
    views = '1 view' if counts.views == 1 else f'{counts.views} views'
    print(f'{"video: " + views:{width}}  {video}')
    print(f'input of a view: {" x ".join(map(str, counts.shape))}')


if __name__ == '__main__':
    main()
