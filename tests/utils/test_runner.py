import os

from mmengine.config import Config

from stnet_mm.utils import runner
from stnet_mm.utils.runner import build_runner


def test_deterministic_products_on_a_gpu(monkeypatch):
    monkeypatch.setattr(runner.Runner, 'from_cfg', lambda cfg: cfg)
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
