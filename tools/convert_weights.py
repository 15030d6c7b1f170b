"""Convert the authors' Paddle checkpoints to MMEngine's."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stnet_mm.converters import Conversion


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Convert the authors' checkpoints, without Paddle: a "
        'directory of variables or its .tar.gz, STNET_final.pdparams of '
        'Paddle 1.6, STNET.pdparams of 1.7, or the ImageNet directory '
        'ResNet50_pretrained'
    )
    parser.add_argument('source', help="the authors' file or directory")
    parser.add_argument('out', help='checkpoint to write, for example r50.pth')
    parser.add_argument(
        '--depth',
        type=int,
        choices=(50, 101, 152),
        help='depth of the network; by default found from the contents',
    )
    parser.add_argument(
        '--num-segments',
        type=int,
        default=25,
        help='segments to test with, noted in the checkpoint; the weights do '
        'not depend on it (default: 25)',
    )
    args = parser.parse_args()
    if args.num_segments < 1:
        parser.error('--num-segments must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import torch

    from stnet_mm.converters import convert_authors_weights
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import open_atomically
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        if os.path.isdir(args.out):
            raise StNetInputError(f'{args.out} is a directory: name a file')
        done = convert_authors_weights(
            args.source, args.depth, args.num_segments
        )
        with open_atomically(args.out) as file:
            torch.save(done.checkpoint, file)
    print(f'layout:   {done.layout}')
    if done.num_classes is None:
        print(f'network:  ResNet-{done.depth} for images')
    else:
        print(
            f'network:  StNet-ResNet{done.depth}, {done.num_frames} frames a '
            f'segment, {done.num_classes} classes'
        )
    print(f'entries:  {len(done.checkpoint["state_dict"])}')
    print(f'sha256:   {done.checksum} (of names, shapes and values)')
    print(f'written:  {args.out}')
    if done.num_classes is None:
        print(
            f"next:     backbone.init_cfg=dict(type='Pretrained', "
            f'checkpoint={args.out!r})'
        )
        return
    print(f'next:     {test_command(done, args)}')


def test_command(done: Conversion, args: argparse.Namespace) -> str:
    """How to test with the authors' protocol; the configs are for N = 5."""
    trunk = 'r50' if done.depth == 50 else 'r101'
    sampling = 'test_dataloader.dataset.pipeline.1'
    options = [
        f'{key}={value}'
        for key, value, usual in (
            # The authors scale regardless of the aspect ratio.
            ('test_dataloader.dataset.pipeline.2.keep_ratio', False, True),
            ('model.backbone.trunk.depth', done.depth, int(trunk[1:])),
            ('model.cls_head.num_classes', done.num_classes, 400),
            ('model.backbone.num_frames', done.num_frames, 5),
            (f'{sampling}.clip_len', done.num_frames, 5),
            (f'{sampling}.num_clips', args.num_segments, 25),
        )
        if value != usual
    ]
    return ' '.join(
        [
            'python tools/test.py configs/stnet/stnet_imagenet-pretrained-'
            f'{trunk}_8xb16-5x1x7-60e_kinetics400-rgb.py',
            args.out,
            '--cfg-options',
            *options,
        ]
    )


if __name__ == '__main__':
    main()
