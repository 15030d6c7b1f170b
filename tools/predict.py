"""Classify video files or folders of frames."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stnet_mm.apis import VideoClassifier


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Classify videos and print the best classes of each'
    )
    parser.add_argument(
        'config',
        help='config file, which is a program that is run; or a published '
        'file that holds its config, alone',
    )
    parser.add_argument('checkpoint', nargs='?', help='checkpoint file or URL')
    parser.add_argument(
        'videos',
        nargs='+',
        metavar='video',
        help='video file, URL, or folder of frames (jpg, png, bmp, webp); '
        'with --out also a list (.txt, .csv) of paths, or a folder of videos',
    )
    parser.add_argument(
        '--out',
        metavar='RESULTS.jsonl',
        help='for many videos: file to write a line of JSON to for each, as '
        'it comes; other processes read the videos ahead; processes of '
        'torchrun divide them',
    )
    parser.add_argument(
        '--root',
        metavar='FOLDER',
        help='folder that paths of lists are relative to; by default that of '
        'the list',
    )
    parser.add_argument(
        '--batch-size',
        type=int,
        help='with --out: how many videos the network takes at a time; 8 by '
        'default',
    )
    parser.add_argument(
        '--workers',
        type=int,
        help='with --out: how many processes read videos; by default as '
        'many as there are cores',
    )
    parser.add_argument(
        '--topk', type=int, help='how many classes to print; 5 by default'
    )
    parser.add_argument(
        '--threshold',
        type=float,
        metavar='P',
        help='print the classes whose probability is P or more, for example '
        'of several labels a video; all of them unless there is --topk',
    )
    parser.add_argument(
        '--labels',
        help='text file with one class name per line; by default the names '
        'stored in the checkpoint',
    )
    parser.add_argument('--json', help='file to write the predictions to')
    parser.add_argument(
        '--html',
        help='page to write with the videos and their predictions; needs PyAV',
    )
    parser.add_argument(
        '--truth',
        metavar='LIST',
        help='annotation file, lines of a path and a label: with --html, '
        'wrong predictions come first',
    )
    parser.add_argument(
        '--resume',
        action='store_true',
        help='go on with the same command that was interrupted, which had '
        '--json, --html or --out: scores are kept beside the first two; of '
        'the last, videos that have no line yet are classified',
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
    parser.add_argument(
        '--precision',
        choices=['auto', 'fp32', 'bf16', 'fp16'],
        default='auto',
        help='what --fast computes with',
    )
    parser.add_argument(
        '--compile',
        action='store_true',
        help='let --fast compile the network too, which takes a minute',
    )
    # Options may stand between the videos.
    args = parser.parse_intermixed_args()
    args.videos = [*filter(None, [args.checkpoint]), *args.videos]
    args.checkpoint = None
    if not args.config.endswith(('.pth', '.pt', '.safetensors')):
        args.checkpoint, *args.videos = args.videos
        if not args.videos:
            parser.error('a config file needs a checkpoint, and then videos')
    if (args.compile or args.precision != 'auto') and not args.fast:
        parser.error('--compile and --precision are for --fast: add it')
    if args.threshold is not None and not 0 <= args.threshold <= 1:
        parser.error('--threshold is a probability, from 0 to 1')
    if args.topk is not None and args.topk < 1:
        parser.error('--topk must be 1 or more')
    if args.truth and not args.html:
        parser.error('--truth is for --html: add it')
    if args.resume and not (args.json or args.html or args.out):
        parser.error('--resume is for --json, --html or --out: add one')
    if args.out and (args.json or args.html):
        parser.error('--json and --html are not for --out: choose')
    of_archives = (args.root, args.batch_size, args.workers)
    if not args.out and any(option is not None for option in of_archives):
        parser.error('--root, --batch-size and --workers are for --out')
    return args


def main() -> None:
    launcher = os.getppid()
    args = parse_args()
    # Before PyTorch is loaded: threads that wait for each other soon leave the
    # cores to the processes that read videos (docs/speed.md).
    if args.out and 'OMP_WAIT_POLICY' not in os.environ:
        os.environ.setdefault('GOMP_SPINCOUNT', '1000')

    # Only now: these imports take seconds, and help should not.
    from mmengine.logging import MMLogger

    from stnet_mm.apis import VideoClassifier
    from stnet_mm.apis.archive_parts import join_processes
    from stnet_mm.engine import speed_up
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.class_names import read_class_names
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.job_end import end_job_process
    from stnet_mm.utils.writable import check_writable

    # The predictions are the output; MMEngine's notes would mix with them.
    MMLogger.get_current_instance().setLevel('ERROR')
    with clear_errors():
        keep_freed_memory()
        for written in filter(None, (args.json, args.html)):
            check_writable(written)
        classes = args.labels and read_class_names(args.labels)
        if args.out:
            args.device = join_processes(args.device, launcher)
        classify = VideoClassifier(
            args.config, args.checkpoint, args.device, classes
        )
        if args.fast:
            speed_up(classify.model, args.precision, args.compile)
        if args.threshold is not None and not classify.probabilities:
            raise StNetInputError(
                f'{args.config} gives no probabilities, which --threshold '
                "needs: set model.cls_head.average_clips='prob' in it"
            )
        if args.out:
            status = predict_archive(classify, args)
            end_job_process(status)
            sys.exit(status)
        sys.exit(predict_videos(classify, args))


def predict_videos(classify: VideoClassifier, args: argparse.Namespace) -> int:
    """Print the best classes of each of a few videos; the exit status."""
    from stnet_mm.apis.archive import to_result
    from stnet_mm.apis.inference import Prediction
    from stnet_mm.apis.local_video import local_video
    from stnet_mm.datasets.truth import read_truth
    from stnet_mm.engine.interruption import Interruption, leave
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.quiet import quiet_stderr
    from stnet_mm.utils.result_store import ResultStore, fingerprint
    from stnet_mm.visualization import Card, Gallery

    truth = args.truth and read_truth(
        args.truth, classify.classes, classify.multi_label
    )
    target = args.json or args.html
    folder = target and f'{target}.progress'
    # Without a file to go on with, nothing is kept.
    made_of = folder and dict(
        model=classify.model.cfg.to_dict(),
        checkpoint=fingerprint(args.checkpoint or args.config),
        fast=(args.fast, args.precision, args.compile),
        videos=args.videos,
    )
    store = ResultStore(folder, made_of, args.resume)
    if store.news:
        print(store.news, file=sys.stderr)
    gallery, results = Gallery(), []
    interruption = Interruption('video')
    with store, interruption.listening():
        for number, video in enumerate(args.videos):
            if interruption.signal and folder:
                print('interrupted: --resume goes on', file=sys.stderr)
            leave(interruption.signal)
            # A page needs it a second time.
            opened = local_video(video) if args.html else nullcontext(video)
            try:
                with quiet_stderr(), opened as file:
                    if number not in store:
                        store.add(number, tuple(classify.predict(file)))
                    said = Prediction(*store[number])
                    result = to_result(
                        *(classify, video, said, args.topk, args.threshold)
                    )
                    if args.html:
                        best = result['predictions']
                        card = Card(
                            video,
                            tuple((b['name'], b['score']) for b in best),
                            truth.find(video) if truth else None,
                            classify.probabilities,
                            file,
                            classify.labels_of(said.scores, args.threshold),
                            said.unknown,
                        )
                        gallery.add(card)
            except StNetInputError as error:
                result = to_result(classify, video, error)
            results.append(dict(video=video, **result))
            print_result(classify, video, result, args.threshold)
    if args.json:
        write_atomically(args.json, json.dumps(results, indent=2).encode())
    if args.html:
        gallery.write(args.html, Path(args.config).stem)
    store.remove()
    return 1 if any('error' in result for result in results) else 0


def print_result(
    classify: VideoClassifier,
    video: str,
    result: dict,
    threshold: float | None,
) -> None:
    """Print what is said of a video, or why nothing is."""
    from stnet_mm.utils.score_text import score_text
    from stnet_runtime.open_set import UNKNOWN

    if 'error' in result:
        print(f'error: {result["error"]}', file=sys.stderr)
        return
    print(video)
    if result.get('unknown'):
        print(f'  {UNKNOWN}, at best:', flush=True)
    for best in result['predictions']:
        score = score_text(best['score'], classify.probabilities, 2)
        print(f'  {score:>7}  {best["name"]}', flush=True)
    if not result['predictions']:
        print(f'  no class has {threshold:.0%}', flush=True)


def predict_archive(
    classify: VideoClassifier, args: argparse.Namespace
) -> int:
    """Write a line for each of many videos; the exit status."""
    from mmengine.dist import is_main_process

    from stnet_mm.apis import classify_archive
    from stnet_mm.apis.archive_sources import find_videos

    videos = find_videos(args.videos, args.root)
    lines = classify_archive(
        *(classify, videos, args.out, args.topk, args.threshold),
        *(8 if args.batch_size is None else args.batch_size, args.workers),
        args.resume,
        dict(fast=(args.fast, args.precision, args.compile)),
    )
    if is_main_process():
        print(
            f'{args.out}: {lines.done} videos, of which {lines.failed} could '
            'not be read'
        )
    return 1 if lines.failed else 0


if __name__ == '__main__':
    main()
