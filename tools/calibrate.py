"""Make probabilities right, and call videos of no class unknown."""

from __future__ import annotations

import argparse
from pathlib import Path


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Calibrate a trained recognizer with videos that it was '
        'not trained with: its probabilities become as high as its accuracy, '
        'and videos unlike those of its classes are called unknown'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        'list', help='annotation file: lines of a path and a label'
    )
    parser.add_argument(
        '--outside',
        metavar='LIST',
        help='list or folder of videos of none of the classes: it says how '
        'many of them are called unknown',
    )
    parser.add_argument(
        '--false-alarms',
        type=float,
        default=0.05,
        metavar='P',
        help='share of the videos of the classes that may be called unknown; '
        '0.05 by default',
    )
    parser.add_argument(
        '--root',
        help='folder that the paths are relative to; by default that of the '
        'list',
    )
    parser.add_argument(
        '--outside-root', help='the same for --outside; by default its folder'
    )
    parser.add_argument(
        '--out',
        help='file to write, .pth or .safetensors; by default '
        'CHECKPOINT-calibrated beside the checkpoint',
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument('--json', help='file to write the figures to')
    parser.add_argument(
        '--resume',
        action='store_true',
        help='go on with the same command that was interrupted',
    )
    parser.add_argument(
        '--device', help='for example cpu or cuda:0; by default a GPU if any'
    )
    # Options may stand between the arguments.
    args = parser.parse_intermixed_args()
    if not 0 < args.false_alarms < 1:
        parser.error('--false-alarms is a share, between 0 and 1')
    if args.out is None:
        checkpoint = args.checkpoint or args.config
        path = Path(Path(checkpoint).name)
        if '://' not in checkpoint:
            path = Path(checkpoint)
        args.out = str(path.with_name(f'{path.stem}-calibrated{path.suffix}'))
    if not args.out.endswith(('.pth', '.safetensors')):
        parser.error('--out must end in .pth or .safetensors')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import json
    import math
    import sys
    from dataclasses import asdict

    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.apis.calibrated import (
        VideoLogits,
        listed_videos,
        write_calibrated,
    )
    from stnet_mm.calibration import assess, calibrate, find_unknown
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.result_store import ResultStore, fingerprint
    from stnet_mm.utils.writable import check_writable

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        for written in filter(None, (args.out, args.json)):
            check_writable(written)
        classes = args.labels and read_class_names(args.labels)
        classify = VideoClassifier(
            args.config, args.checkpoint, args.device, classes
        )
        videos = listed_videos(args.list, args.root, classify.classes)
        others = []
        if args.outside:
            others = listed_videos(args.outside, args.outside_root)
        made_of = dict(
            model=classify.model.cfg.to_dict(),
            checkpoint=fingerprint(classify.checkpoint),
            videos=[video for video, _ in (*videos, *others)],
        )
        store = ResultStore(f'{args.out}.progress', made_of, args.resume)
        if store.news:
            print(store.news, file=sys.stderr)
        compute = VideoLogits(classify, store)
        with store:
            inside = compute(videos)
            outside = compute(others, first=len(videos))
        if inside.logits is None:
            raise StNetInputError(f'{args.list}: no video can be read')
        made = calibrate(inside.logits, inside.labels, args.false_alarms)
        found = assess(
            inside.logits, inside.labels, args.false_alarms, outside.logits
        )
        write_calibrated(classify.checkpoint, args.out, made, classes)
        if args.json:
            known = asdict(found) if found else {}
            # NaN, of what there are no videos for, is no JSON.
            known = {k: v for k, v in known.items() if not math.isnan(v)}
            figures = dict(temperature=made.temperature, **known)
            write_atomically(args.json, json.dumps(figures, indent=2).encode())
        store.remove()
    print(f'written: {args.out}')
    print(f'temperature {made.temperature:.3g}, from {made.videos} videos')
    if found is None:
        print('too few videos to leave some out and say what that is worth')
    else:
        print('of videos that were left out in turn:')
        print(
            f'  calibration error {found.error_before:.1%}, now '
            f'{found.error_after:.1%}\n'
            f'  {found.alarms:.1%} are called unknown; '
            f'{args.false_alarms:.1%} were allowed'
        )
        if outside.logits is not None:
            print(
                f'  of the others {found.found:.1%} are called unknown; AUROC '
                f'{found.auroc_after:.3f}, before {found.auroc_before:.3f}'
            )
    if outside.logits is not None:
        unknown = find_unknown(outside.logits, made)
        print(
            f'the file calls {unknown.sum()} of the {len(unknown)} others '
            'unknown'
        )
    sys.exit(1 if compute.failed else 0)


if __name__ == '__main__':
    main()
