"""Classify a camera or a network stream as it comes."""

from __future__ import annotations

import argparse

from stnet_runtime.durations import seconds


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Say what a camera or a network stream shows, every '
        'second, of its last seconds; Ctrl-C ends it'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        'source',
        help='number of a camera, address (rtsp://, udp://, http://), - for '
        'what is piped in, or a file, which is played in real time',
    )
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
        help='seconds from a prediction to the next one; 1 by default',
    )
    parser.add_argument(
        '--topk', type=int, default=1, help='classes to print; 1 by default'
    )
    parser.add_argument(
        '--json',
        action='store_true',
        help='print a line of JSON for each prediction, with all scores',
    )
    parser.add_argument(
        '--patience',
        type=seconds,
        default=10.0,
        help='seconds without a frame after which the source is opened again; '
        '10 by default',
    )
    parser.add_argument(
        '--give-up',
        type=seconds,
        default=60.0,
        help='seconds without a frame after which it ends; 60 by default',
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
    if args.topk < 1:
        parser.error('--topk must be 1 or more')
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import sys

    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier, speed_up
    from stnet_mm.engine.interruption import Interruption, leave
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.pyav import require_pyav

    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        require_pyav('to read streams')

        from stnet_mm.timeline import StreamClassifier
        from stnet_mm.timeline.stream_report import StreamReport
        from stnet_runtime.live_source import LiveSource

        classes = args.labels and read_class_names(args.labels)
        classify = VideoClassifier(
            args.config, args.checkpoint, args.device, classes
        )
        if args.fast:
            speed_up(classify.model)
        report = StreamReport(classify, args.topk, args.json)
        interruption = Interruption('frame')
        stream = source = None
        try:
            with interruption.listening():
                source = LiveSource(
                    *(args.source, args.patience, args.give_up),
                    stopped=lambda: interruption.signal,
                )
                for frame, time, arrived in source:
                    if interruption.signal:
                        break
                    if stream is None:
                        stream = StreamClassifier(
                            classify, args.window, args.stride, source.fps
                        )
                    with report.working():
                        prediction = stream.push(frame, time)
                    report.check(stream)
                    if prediction is not None:
                        report.show(prediction, arrived)
                else:
                    # It was told to end while no frame came.
                    leave(interruption.signal)
        finally:
            if source is not None:
                source.close()
                print(report.summary(source, stream), file=sys.stderr)


if __name__ == '__main__':
    main()
