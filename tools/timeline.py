"""Say what happens when in a long video."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stnet_runtime.durations import seconds


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Classify a long video window by window, in one pass and '
        'without keeping it in memory, and list the parts that show a class'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument('video', help='video file')
    parser.add_argument(
        '--window',
        type=seconds,
        default=4.0,
        help='length of a window in seconds, as long as the clips of the '
        'training; 4 by default',
    )
    parser.add_argument(
        '--stride',
        type=seconds,
        default=1.0,
        help='seconds from a window to the next one; 1 by default',
    )
    parser.add_argument(
        '--high',
        type=float,
        default=0.5,
        metavar='P',
        help='a class begins at this probability; 0.5 by default',
    )
    parser.add_argument(
        '--low',
        type=float,
        default=0.3,
        metavar='P',
        help='and ends below this one; 0.3 by default',
    )
    parser.add_argument(
        '--shortest',
        type=float,
        default=0.0,
        metavar='SECONDS',
        help='leave out what lasts less',
    )
    parser.add_argument(
        '--out',
        nargs='+',
        default=[],
        metavar='FILE',
        help='files to write, ending in .json (with all scores), .csv, .srt '
        'or .vtt',
    )
    parser.add_argument(
        '--html',
        metavar='PAGE',
        help='page to write with the video, its segments, and the best 5 '
        'classes of each window; it has the video inside, or a link to it if '
        'it is large',
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument(
        '--device', help='for example cpu or cuda:0; by default a GPU if any'
    )
    parser.add_argument(
        '--fast',
        action='store_true',
        help='fold BatchNorm, put channels last, compute in 16 bits where '
        'the processor can',
    )
    # Options may stand between the arguments.
    args = parser.parse_intermixed_args()
    for name in args.out:
        if Path(name).suffix not in ('.json', '.csv', '.srt', '.vtt'):
            parser.error(f'--out {name}: end it in .json, .csv, .srt or .vtt')
    if args.low > args.high:
        parser.error(f'--low {args.low:g} is above --high {args.high:g}')
    if args.html and '://' in args.video:
        parser.error('--html: it shows a file, no URL: download it first')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier, speed_up
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.pyav import require_pyav

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        require_pyav('to read long videos')

        from stnet_mm.timeline import WRITERS, find_segments, make_timeline
        from stnet_mm.utils.writable import check_writable
        from stnet_mm.visualization.timeline_page import write_timeline_page

        for name in filter(None, [*args.out, args.html]):
            check_writable(name)
        keep_freed_memory()
        classes = args.labels and read_class_names(args.labels)
        classify = VideoClassifier(
            args.config, args.checkpoint, args.device, classes
        )
        if not classify.probabilities:
            raise StNetInputError(
                f'{args.config} gives no probabilities, by which segments are '
                "found: set model.cls_head.average_clips='prob' in it"
            )
        if args.fast:
            speed_up(classify.model)
        timeline = make_timeline(
            classify, args.video, args.window, args.stride, progress=True
        )
        segments = find_segments(timeline, args.high, args.low, args.shortest)
        for name in args.out:
            text = WRITERS[Path(name).suffix](timeline, segments)
            write_atomically(name, text.encode())
        if args.html:
            write_timeline_page(args.html, timeline, segments, progress=True)
        for segment in segments:
            print(
                f'{segment.start:9.2f} {segment.end:9.2f}  '
                f'{segment.score:6.1%}  {segment.label}'
            )
        if not segments:
            print('no class is found')
        if timeline.parts > 1:
            print(
                f'windows begin anew {timeline.parts - 1} times, where frames '
                'have another size',
                file=sys.stderr,
            )
        if timeline.fault is not None:
            raise StNetInputError(
                f'{timeline.fault}: this is only of its '
                f'{len(timeline.starts)} windows before'
            )


if __name__ == '__main__':
    main()
