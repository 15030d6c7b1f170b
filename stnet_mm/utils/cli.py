"""What the command-line tools share."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner

from ..errors import StNetInputError
from .config_file import load_config_file
from .room import describe_lack, lines_of_full_disks

INPUT_CHECK = 'mmaction.StNetInputCheckHook'
# MMEngine's loops by what resumes them in the middle.
RESUMABLE = {
    'EpochBasedTrainLoop': 'mmaction.StNetEpochBasedTrainLoop',
    'IterBasedTrainLoop': 'mmaction.StNetIterBasedTrainLoop',
    'TestLoop': 'mmaction.StNetTestLoop',
}


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn wrong input into one line on stderr and exit status 1.

    So are files that cannot be read or written, and a lack of memory. Other
    errors are faults of the program and keep their traceback. Characters
    that the terminal does not know are printed as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors='backslashreplace')
    try:
        with lines_of_full_disks():
            yield
    except OSError as error:
        sys.exit(f'error: {describe_lack(error) or one_line(error)}')
    except (MemoryError, RuntimeError) as error:
        lack = describe_lack(error)
        if lack is None:
            raise
        sys.exit(f'error: {lack}')
    except (StNetInputError, ImportError) as error:
        sys.exit(f'error: {one_line(error)}')
    except (TypeError, ValueError) as error:
        if not _of_config(error):
            raise
        sys.exit(f'error: the config does not fit: {error}')
    except KeyboardInterrupt:
        sys.exit('interrupted')
    except SyntaxError as error:
        # MMEngine makes one of whatever stops it while it writes a config.
        if not isinstance(error.__context__, KeyboardInterrupt):
            raise
        sys.exit('interrupted')


def _of_config(error: TypeError | ValueError) -> bool:
    """Whether a class was called with what a config has or lacks."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    # Data sets that cannot be joined, mostly for their class names.
    if Path(last.filename).parts[-2:] == ('dataset', 'dataset_wrapper.py'):
        return True
    # The call itself failed, and it is not one of this package's.
    builders = {'mmengine', 'mmaction', 'mmcv'} & {*Path(last.filename).parts}
    return bool(builders) and any(
        words in str(error)
        for words in ('unexpected keyword argument', 'missing')
    )


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Discard what native libraries print, such as a decoder's complaints.

    They write to the file descriptor, past Python's ``sys.stderr``.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, 'wb') as devnull:
            os.dup2(devnull.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def one_line(error: Exception) -> str:
    """The message of an error, without the traceback of a loader's worker.

    Args:
        error (Exception): The error.

    Returns:
        str: One line.
    """
    text = str(error).strip()
    if 'Original Traceback' in text:
        # A DataLoader puts the worker's whole traceback into the message.
        text = text.splitlines()[-1].partition(': ')[2]
    return ' '.join(text.split())


def one_line_of_video(error: Exception, video: str) -> str:
    """The message of an error, with the video that it is about.

    Args:
        error (Exception): The error; of a network that a video does not fit,
            it names no file.
        video (str): The video.

    Returns:
        str: One line.
    """
    why = one_line(error)
    return why if video in why else f'{video}: {why}'


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
    """
    cfg = load_config_file(path, cfg_options)
    cfg.launcher = launcher
    for split in ('train', 'val', 'test'):
        _without_idle_workers(cfg.get(f'{split}_dataloader'))
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs', Path(path).stem))
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


def build_runner(cfg: Config) -> Runner:
    """Build the config's runner: MMEngine's, or the one it names.

    Args:
        cfg (Config): The config.

    Returns:
        Runner: The runner, which checks its input before the first step.
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
    if 'runner_type' not in cfg:
        return Runner.from_cfg(cfg)
    from mmaction.registry import RUNNERS

    return RUNNERS.build(cfg)
