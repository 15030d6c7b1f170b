"""Test a model: MMAction2's command line, and --json and --report."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path


def parse_args() -> argparse.Namespace:
    # It loads PyTorch.
    from mmengine.config import DictAction

    parser = argparse.ArgumentParser(description='Test a recognizer')
    parser.add_argument('config', help='config file: a program, which is run')
    parser.add_argument('checkpoint', help='checkpoint file or URL')
    parser.add_argument('--work-dir', help='folder for logs and metrics')
    parser.add_argument(
        '--resume',
        action='store_true',
        help='go on with the test of the same model that was interrupted in '
        'the same work directory',
    )
    parser.add_argument(
        '--dump', help='pickle file (.pkl) to write all predictions to'
    )
    parser.add_argument('--json', help='file to write the metrics to')
    parser.add_argument(
        '--report',
        metavar='DIR',
        help='folder to write a page to: accuracy by class, confusion '
        'matrix, calibration, and the most confident mistakes with maps; '
        'needs PyAV',
    )
    parser.add_argument(
        '--report-mistakes',
        type=int,
        default=12,
        metavar='N',
        help='how many mistakes to explain; 12 by default',
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
    parser.add_argument(
        '--crops',
        choices=['center', 'three', 'ten', 'centre'],
        metavar='{center,three,ten}',
        help='crops that the model makes of every frame; model.test_cfg.crops',
    )
    parser.add_argument('--crop-size', type=int, help='their side in pixels')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings to override, for example test_dataloader.batch_size=4;'
        ' quote lists: key="[a,b]"',
    )
    parser.add_argument(
        '--show-dir', help='folder to draw predictions on videos to'
    )
    parser.add_argument(
        '--show', action='store_true', help='show predictions in a window'
    )
    parser.add_argument(
        '--interval', type=int, default=1, help='draw every n-th video'
    )
    parser.add_argument(
        '--wait-time', type=float, default=2, help='seconds a window stays'
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='how several processes were started',
    )
    # Old launchers pass the first spelling, newer ones the second.
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)
    args = parser.parse_args()
    if args.dump and not args.dump.endswith(('.pkl', '.pickle')):
        parser.error('--dump writes a pickle file: end its name in .pkl')
    if (args.compile or args.precision != 'auto') and not args.fast:
        parser.error('--compile and --precision are for --fast: add it')
    if args.interval < 1:
        parser.error('--interval must be 1 or more')
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    return args


def main() -> None:
    launcher = os.getppid()
    # Before PyTorch is loaded: threads that wait for each other soon leave the
    # cores to the processes that read videos (docs/speed.md).
    if 'OMP_WAIT_POLICY' not in os.environ:
        os.environ.setdefault('GOMP_SPINCOUNT', '1000')
    args = parse_args()

    # Only now: these imports take seconds, and help should not.
    from mmengine.dist import is_main_process

    from stnet_mm.datasets.dead_workers import explain_dead_workers
    from stnet_mm.engine.crop_options import set_crops
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.atomic import write_atomically
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.job_end import end_job_process
    from stnet_mm.utils.launcher_death import end_with_launcher
    from stnet_mm.utils.runner import add_metric, build_runner, load_config
    from stnet_mm.utils.writable import check_writable

    with clear_errors(), explain_dead_workers():
        keep_freed_memory()
        if args.launcher == 'pytorch':
            end_with_launcher(launcher)
        cfg = load_config(
            args.config, args.work_dir, args.launcher, args.cfg_options
        )
        cfg.load_from = args.checkpoint
        if args.resume:
            cfg.test_cfg.resume = True
        if args.crops or args.crop_size is not None:
            set_crops(cfg, args.crops, args.crop_size)
        # Rather now than after hours of testing.
        page = args.report and Path(args.report, 'index.html')
        for file in filter(None, (args.json, args.dump, page)):
            check_writable(file)
        if args.dump:
            add_metric(cfg, type='StNetDumpResults', out_file_path=args.dump)
        if args.report:
            add_metric(cfg, type='StNetPredictionMetric')
        if args.show or args.show_dir:
            cfg.default_hooks.visualization.update(
                enable=True,
                show=args.show,
                wait_time=args.wait_time,
                out_dir=args.show_dir,
                interval=args.interval,
            )
        if args.fast:
            hook = dict(
                type='StNetFastInferenceHook',
                precision=args.precision,
                compile=args.compile,
            )
            cfg.custom_hooks = [*cfg.get('custom_hooks', []), hook]
        runner = build_runner(cfg)
        metrics = runner.test()
        if args.json and is_main_process():
            text = json.dumps(metrics, indent=2, default=float)
            write_atomically(args.json, text.encode())
        if args.report and is_main_process():
            # Only now: it needs PyAV and more.
            from stnet_mm.visualization.test_report import report_test

            folder = Path(args.report)
            report_test(
                runner,
                args.checkpoint,
                folder,
                args.report_mistakes,
                Path(args.config).stem,
            )
            print(f'wrote {folder / "index.html"}')
    end_job_process()


if __name__ == '__main__':
    main()
