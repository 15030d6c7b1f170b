import importlib.util
import io
import pickle
import subprocess
import sys
import warnings
from importlib import metadata
from types import SimpleNamespace

import pytest
import torch
from mmengine.logging import HistoryBuffer, MessageHub

from stnet_mm import compat


def test_import_registers_everything_without_optional_packages():
    code = """
import sys
for name in ('torchvision', 'mmpretrain', 'timm', 'pkg_resources', 'av'):
    sys.modules[name] = None  # importing it raises ImportError
import stnet_mm
from mmaction.registry import MODELS, TRANSFORMS
import mmaction.models.localizers
assert MODELS.get('StNetRecognizer') and TRANSFORMS.get('StNetSampleFrames')
assert 'tests' not in sys.modules
"""
    subprocess.run([sys.executable, '-c', code], check=True)


def test_missing_drn_says_so():
    from mmaction.models.localizers import DRN

    if DRN.__module__ != compat.__name__:
        pytest.skip('this mmaction2 has DRN')
    with pytest.raises(ImportError, match='#2714'):
        DRN()


def test_cures_leave_a_healthy_set_up_alone(monkeypatch, tmp_path):
    # Both faults have been cured by the import, so they are absent now.
    modules = {k: v for k, v in sys.modules.items() if 'mmaction' in k}
    assert not compat.cure_missing_drn()
    assert not compat.cure_checkpoint_loading()
    assert modules == {k: v for k, v in sys.modules.items() if 'mmaction' in k}

    # An installation that has DRN.
    for name in list(modules):
        if 'localizers.drn' in name:
            monkeypatch.delitem(sys.modules, name)
    localizers = tmp_path / 'models' / 'localizers'
    (localizers / 'drn').mkdir(parents=True)
    (localizers / '__init__.py').write_text('from .drn.drn import DRN\n')
    (localizers / 'drn' / 'drn.py').write_text('')
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: spec)
    assert not compat.cure_missing_drn()
    assert 'mmaction.models.localizers.drn' not in sys.modules
    # One that lacks it, and one that does not ask for it.
    (localizers / 'drn' / 'drn.py').unlink()
    (localizers / '__init__.py').write_text('')
    assert not compat.cure_missing_drn()


def test_missing_mmcv_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(ImportError, match='pip install "mmcv-lite'):
        compat.require_mmcv()


def test_checkpoints_load_with_weights_only():
    import numpy as np

    hub = MessageHub.get_instance('test_compat')
    hub.update_scalar('train/loss', 1.5)
    hub.update_info('best_score', np.float64(0.5))
    buffer = io.BytesIO()
    torch.save(hub.state_dict(), buffer)
    buffer.seek(0)
    state = torch.load(buffer, weights_only=True)
    assert state['log_scalars']['train/loss'].mean() == 1.5


@pytest.mark.parametrize('name', ['__init__', '__class__', 'statistics'])
def test_checkpoints_cannot_reach_other_attributes(name):
    class Forged:
        def __reduce__(self):
            return getattr, (HistoryBuffer, name)

    buffer = io.BytesIO()
    torch.save(Forged(), buffer)
    buffer.seek(0)
    with pytest.raises(pickle.UnpicklingError, match='refused'):
        torch.load(buffer, weights_only=True)


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
        compat.warn_untested_versions()
    assert [f'torch {version}' in str(w.message) for w in caught] == (
        [True] if warns else []
    )
