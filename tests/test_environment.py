import importlib.util
import warnings
from importlib import metadata

import pytest

from stnet_mm import environment


def test_missing_mmcv_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(ImportError, match='pip install "mmcv-lite'):
        environment.require_mmcv()


@pytest.mark.parametrize(
    ('version', 'warns'),
    [
        ('2.13.0', False),
        ('2.15.9+cu126', False),
        ('2.1.2', True),
        ('3.0', True),
    ],
)
def test_untested_versions(monkeypatch, version, warns):
    installed = {'torch': version, 'mmengine': '0.10.7', 'mmaction2': '1.2.0'}
    monkeypatch.setattr(metadata, 'version', installed.__getitem__)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        environment.warn_untested_versions()
    assert [f'torch {version}' in str(w.message) for w in caught] == (
        [True] if warns else []
    )
