import importlib.util
import warnings

import mmengine
import pytest
import torch

from stnet_mm import environment


@pytest.mark.parametrize(
    ('missing', 'command'),
    [('mmcv', 'pip install "mmcv-lite'), ('mmengine', 'pip install mmengine')],
)
def test_what_is_missing_says_what_to_do(monkeypatch, missing, command):
    monkeypatch.setattr(
        importlib.util,
        'find_spec',
        lambda name: None if name == missing else 1,
    )
    with pytest.raises(ImportError, match=command):
        environment.require_mmcv()


@pytest.mark.parametrize(
    ('version', 'warns'),
    [
        ('1.13.0', False),
        ('2.15.9+cu126', False),
        ('1.12.1', True),
        ('3.0', True),
    ],
)
def test_untested_versions(monkeypatch, version, warns):
    monkeypatch.setattr(torch, '__version__', version)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        environment.warn_untested_versions()
    assert [f'torch {version}' in str(w.message) for w in caught] == (
        [True] if warns else []
    )


def test_forks_are_asked_for_their_version(monkeypatch):
    """Their packages have other names."""
    monkeypatch.setattr(mmengine, '__version__', '1.2.3')
    with pytest.warns(UserWarning, match=r'mmengine 1\.2\.3'):
        environment.warn_untested_versions()
