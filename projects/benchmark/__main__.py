"""Time every part beside what it is compared with, and beside its limit."""

import argparse
import json


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Time StNet beside MMAction2, plain networks and what '
        'the machine can do at best'
    )
    parser.add_argument(
        'parts',
        nargs='*',
        metavar='part',
        help='input (decoding), testing (ten crops), forward, train-step, '
        'train-cpu (small networks on a CPU), end-to-end (fed by a loader), '
        'exported (by tools/export.py; on a CPU), archive (predict.py --out), '
        "gpu (networks beside the chip's limits), feed (loaders beside each "
        'other); by default all of them, gpu if there is one',
    )
    parser.add_argument(
        '--quick',
        action='store_true',
        help='fewer repetitions, no compiling, train-cpu at 112 pixels only',
    )
    parser.add_argument('--json', help='file to write the results to')
    parser.add_argument(
        '--videos',
        nargs='+',
        default=[],
        metavar='video',
        help='videos for input, testing and archive; by default some are made',
    )
    parser.add_argument(
        '--device',
        choices=['cpu', 'cuda'],
        help='by default a GPU if there is one',
    )
    args = parser.parse_args()
    known = (
        *('input', 'testing', 'forward'),
        *('train-step', 'train-cpu', 'end-to-end', 'exported', 'gpu'),
        *('archive', 'feed'),
    )
    for part in args.parts:
        if part not in known:
            parser.error(f'unknown part {part!r}: choose {", ".join(known)}')
    args.parts = args.parts or known
    return args


def main() -> None:
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    import torch

    from projects.benchmark.archives import compare_archive
    from projects.benchmark.cpu_training import compare_cpu_training
    from projects.benchmark.decoding import compare_input
    from projects.benchmark.exported import compare_exported
    from projects.benchmark.feeding import compare_feeding
    from projects.benchmark.forward import compare_forward
    from projects.benchmark.gpu import compare_gpu
    from projects.benchmark.loading import compare_end_to_end
    from projects.benchmark.report import Report, machine
    from projects.benchmark.testing import compare_testing
    from projects.benchmark.training import compare_train_step
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.error_lines import clear_errors

    with clear_errors():
        gpu = torch.cuda.is_available()
        device = args.device or ('cuda' if gpu else 'cpu')
        if device == 'cuda' and not gpu:
            raise StNetInputError('torch finds no GPU: use --device cpu')
        report = Report(repeats=3 if args.quick else 9)
        report.facts('machine', [machine()])
        for part in args.parts:
            if part == 'input':
                compare_input(report, args.videos)
            elif part == 'testing':
                compare_testing(report, device, args.videos)
            elif part == 'forward':
                compare_forward(report, device, compiled=not args.quick)
            elif part == 'train-step':
                compare_train_step(report, device)
            elif part == 'train-cpu':
                compare_cpu_training(
                    report, (112,) if args.quick else (112, 224)
                )
            elif part == 'exported':
                compare_exported(report)
            elif part == 'archive':
                compare_archive(report, device, args.videos)
            elif part == 'feed':
                compare_feeding(report, device)
            elif part == 'gpu':
                if gpu or args.device:
                    batches = (16,) if args.quick else (16, 64)
                    compare_gpu(report, device, not args.quick, batches)
            else:
                compare_end_to_end(report, device, args.videos)
            if args.json:
                text = json.dumps(report.tables, indent=2)
                write_atomically(args.json, text.encode())


if __name__ == '__main__':
    main()
