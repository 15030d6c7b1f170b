"""Train a model: MMAction2's command line."""

import argparse
import os

# Where launchers say which of the processes this one is.
RANKS = dict(
    none='RANK',
    pytorch='RANK',
    slurm='SLURM_PROCID',
    mpi='OMPI_COMM_WORLD_RANK',
)


def parse_args() -> argparse.Namespace:
    # It loads PyTorch.
    from mmengine.config import DictAction

    parser = argparse.ArgumentParser(description='Train a recognizer')
    parser.add_argument('config', help='config file: a program, which is run')
    parser.add_argument('--work-dir', help='folder for logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        help='resume from this checkpoint, or from the latest one in the '
        'work directory if none is named; with the next batch',
    )
    parser.add_argument(
        '--save-every',
        metavar='N',
        help='how often to save a checkpoint to resume from: a number of '
        'steps, such as 500, or of minutes, such as 10m (by default)',
    )
    parser.add_argument(
        '--on-nan',
        choices=['stop', 'skip'],
        help='what to do if a loss or gradient is infinite or not a number: '
        "stop with the names of the batch's files (by default), or skip "
        'the batch',
    )
    parser.add_argument(
        '--amp',
        action='store_true',
        help='train in mixed precision: in bfloat16 where the processor has '
        'it, on other GPUs in float16',
    )
    parser.add_argument(
        '--fast',
        action='store_true',
        help='put channels last, update all weights at once, compute in 16 '
        'bits where that is faster',
    )
    parser.add_argument(
        '--no-validate', action='store_true', help='do not validate'
    )
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help="fit the learning rate to the batch size, from the config's "
        'auto_scale_lr.base_batch_size',
    )
    parser.add_argument(
        '--check',
        action='store_true',
        help='open every video first, and stop if one cannot be read',
    )
    parser.add_argument('--seed', type=int, help='random seed')
    parser.add_argument(
        '--diff-rank-seed',
        action='store_true',
        help='use another seed on every rank',
    )
    parser.add_argument(
        '--deterministic',
        action='store_true',
        help='use deterministic algorithms only: the same bits each time, '
        'on one kind of processor',
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings to override, for example optim_wrapper.optimizer.lr='
        '0.01; quote lists: key="[a,b]"',
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
    from mmengine.device import get_device

    from stnet_mm.datasets.checking import check_config
    from stnet_mm.datasets.dead_workers import explain_dead_workers
    from stnet_mm.engine import speed_up_training, use_mixed_precision
    from stnet_mm.errors import StNetInputError
    from stnet_mm.utils.allocator import keep_freed_memory
    from stnet_mm.utils.error_lines import clear_errors
    from stnet_mm.utils.job_end import end_job_process
    from stnet_mm.utils.launcher_death import end_with_launcher
    from stnet_mm.utils.runner import build_runner, load_config

    with clear_errors(), explain_dead_workers():
        keep_freed_memory()
        if args.launcher == 'pytorch':
            end_with_launcher(launcher)
        cfg = load_config(
            args.config, args.work_dir, args.launcher, args.cfg_options
        )
        if args.no_validate:
            cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
        # One of several processes is enough.
        rank = os.environ.get(RANKS[args.launcher], '0')
        if args.check and rank == '0':
            check_config(cfg)
        if args.resume is not None:
            cfg.resume = True
            cfg.load_from = None if args.resume == 'auto' else args.resume
        if args.save_every is not None:
            cfg.train_cfg.save_every = args.save_every
        if args.on_nan is not None:
            cfg.train_cfg.on_nan = args.on_nan
        if args.amp:
            use_mixed_precision(cfg, get_device())
        if args.fast:
            speed_up_training(cfg, get_device())
        if args.auto_scale_lr:
            if not cfg.get('auto_scale_lr'):
                raise StNetInputError(
                    '--auto-scale-lr: the config does not say which batch '
                    'size its learning rate is for: add '
                    'auto_scale_lr = dict(base_batch_size=128), or what it is'
                )
            cfg.auto_scale_lr.enable = True
        if cfg.get('randomness') is None:
            cfg.randomness = dict(seed=None)
        if args.seed is not None:
            cfg.randomness.seed = args.seed
        for option in ('diff_rank_seed', 'deterministic'):
            if getattr(args, option):
                cfg.randomness[option] = True
        build_runner(cfg).train()
    end_job_process()


if __name__ == '__main__':
    main()
