import errno
import os

import pytest
from mmengine.config import Config
from mmengine.config import config as config_module

from stnet_mm.utils import cli
from stnet_mm.utils.cli import build_runner, clear_errors


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


def test_an_interrupt_while_a_config_is_written(monkeypatch):
    monkeypatch.setattr(config_module, 'FormatCode', interrupt)
    with pytest.raises(SystemExit, match='^interrupted$'), clear_errors():
        Config(dict(a=1)).pretty_text  # noqa: B018


def test_other_faults_keep_their_traceback():
    with pytest.raises(SyntaxError, match='of ours'), clear_errors():
        raise SyntaxError('of ours')


def test_a_full_disk_says_what_to_do():
    with pytest.raises(SystemExit, match='full: .*free some'), clear_errors():
        raise OSError(errno.ENOSPC, 'full')


def test_deterministic_products_on_a_gpu(monkeypatch):
    monkeypatch.setattr(cli.Runner, 'from_cfg', lambda cfg: cfg)
    # Set first, so that it is taken back afterwards.
    monkeypatch.setenv('CUBLAS_WORKSPACE_CONFIG', '')
    monkeypatch.delenv('CUBLAS_WORKSPACE_CONFIG')
    build_runner(Config(dict(randomness=dict(seed=1))))
    assert 'CUBLAS_WORKSPACE_CONFIG' not in os.environ
    cfg = Config(dict(randomness=dict(deterministic=True)))
    build_runner(cfg)
    assert os.environ['CUBLAS_WORKSPACE_CONFIG'] == ':4096:8'
    # What the user has chosen stays.
    monkeypatch.setenv('CUBLAS_WORKSPACE_CONFIG', ':16:8')
    build_runner(cfg)
    assert os.environ['CUBLAS_WORKSPACE_CONFIG'] == ':16:8'
