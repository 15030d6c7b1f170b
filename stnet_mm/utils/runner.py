"""From a config file and options to MMEngine's runner."""

from __future__ import annotations

import os
from pathlib import Path

from mmaction.registry import OPTIMIZERS
from mmengine.config import Config
from mmengine.runner import Runner

from ..errors import StNetInputError
from .config_errors import describe_unknown
from .config_file import load_config_file
from .writable import check_writable

INPUT_CHECK = 'mmaction.StNetInputCheckHook'
# MMEngine's loops by what resumes them in the middle.
RESUMABLE = {
    'EpochBasedTrainLoop': 'mmaction.StNetEpochBasedTrainLoop',
    'IterBasedTrainLoop': 'mmaction.StNetIterBasedTrainLoop',
    'TestLoop': 'mmaction.StNetTestLoop',
}


def load_config(
    path: str,
    work_dir: str | None,
    launcher: str,
    cfg_options: dict | None,
) -> Config:
    """Load a config with the options that training and testing share.

    Args:
        path (str): The config file.
        work_dir (str, optional): Where results go; else the config's
            ``work_dir``, else ``work_dirs/NAME_OF_CONFIG``.
        launcher (str): ``'none'``, ``'pytorch'``, ``'slurm'`` or ``'mpi'``.
        cfg_options (dict, optional): Settings to override.

    Returns:
        Config: The config.

    Raises:
        StNetInputError: If a setting would have no effect.
        OSError: If nothing can be written into the work directory.
    """
    cfg = load_config_file(path, cfg_options)
    cfg.launcher = launcher
    for split in ('train', 'val', 'test'):
        _without_idle_workers(cfg.get(f'{split}_dataloader'))
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs', Path(path).stem))
    check_writable(Path(cfg.work_dir, 'config.py'))
    return cfg


def _without_idle_workers(loader: dict | None) -> None:
    """Drop what PyTorch refuses where the main process loads the data."""
    if loader and loader.get('num_workers') == 0:
        loader.pop('persistent_workers', None)
        loader.pop('prefetch_factor', None)


def add_metric(cfg: Config, **metric: object) -> None:
    """Add a metric to those of the test.

    Args:
        cfg (Config): The config; changed in place.
        **metric: Config of the metric.
    """
    metrics = cfg.test_evaluator
    if not isinstance(metrics, (list, tuple)):
        metrics = [metrics]
    cfg.test_evaluator = [*metrics, metric]


def _make_resumable(loop: dict) -> None:
    """Take our loops in place of MMEngine's."""
    if 'type' not in loop and 'by_epoch' in loop:
        kind = 'Epoch' if loop.pop('by_epoch') else 'Iter'
        loop['type'] = f'{kind}BasedTrainLoop'
    if isinstance(loop.get('type'), str):
        name = loop['type'].rpartition('.')[2]
        loop['type'] = RESUMABLE.get(name, loop['type'])


def _check_optimizer(cfg: Config) -> None:
    """Refuse an optimizer that there is not; MMEngine does not name it."""
    wrapper = cfg.get('optim_wrapper') or {}
    name = (wrapper.get('optimizer') or {}).get('type')
    if isinstance(name, str) and OPTIMIZERS.get(name) is None:
        raise StNetInputError(describe_unknown(name, OPTIMIZERS.name))


def build_runner(cfg: Config) -> Runner:
    """Build the config's runner: MMEngine's, or the one it names.

    Args:
        cfg (Config): The config.

    Returns:
        Runner: The runner, which checks its input before the first step.

    Raises:
        StNetInputError: If there is no such optimizer.
    """
    # Our configs have it, for MMAction2's tools.
    hooks = cfg.setdefault('default_hooks', {})
    hooks.setdefault('input_check', dict(type=INPUT_CHECK))
    if cfg.get('train_cfg') is not None:
        _make_resumable(cfg.train_cfg)
    if cfg.get('test_cfg') is not None:
        cfg.test_cfg.setdefault('type', 'TestLoop')
        _make_resumable(cfg.test_cfg)
    if (cfg.get('randomness') or {}).get('deterministic'):
        # Without it cuBLAS refuses, on a GPU, and training ends at once.
        os.environ.setdefault('CUBLAS_WORKSPACE_CONFIG', ':4096:8')
    _check_optimizer(cfg)
    if 'runner_type' not in cfg:
        return Runner.from_cfg(cfg)
    from mmaction.registry import RUNNERS

    return RUNNERS.build(cfg)
