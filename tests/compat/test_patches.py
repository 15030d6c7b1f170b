import importlib.util
import io
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from mmaction.engine.hooks import VisualizationHook
from mmaction.models.heads import TSNHead
from mmaction.registry import HOOKS
from mmaction.visualization import ActionVisualizer
from mmengine.config import Config, config
from mmengine.logging import HistoryBuffer, MessageHub
from mmengine.model import PretrainedInit
from mmengine.runner import CheckpointLoader, load_checkpoint

from stnet_mm import compat
from stnet_mm.engine import StNetVisualizationHook
from stnet_mm.errors import StNetInputError

from ..engine.toy_training import toy_runner
from ..models.tiny import samples


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
    subprocess.run([sys.executable, '-c', code], check=True, timeout=300)


def test_missing_drn_says_so():
    from mmaction.models.localizers import DRN

    if DRN.__module__ != compat.missing_drn.__name__:
        pytest.skip('this mmaction2 has DRN')
    with pytest.raises(ImportError, match='#2714'):
        DRN()


def test_patches_leave_a_healthy_set_up_alone(monkeypatch, tmp_path):
    # Both faults have been patched by the import, so they are absent now.
    modules = {k: v for k, v in sys.modules.items() if 'mmaction' in k}
    assert compat.apply_patches('before') == []
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
    assert not compat.patch_missing_drn()
    assert 'mmaction.models.localizers.drn' not in sys.modules
    # One that lacks it, and one that does not ask for it.
    (localizers / 'drn' / 'drn.py').unlink()
    (localizers / '__init__.py').write_text('')
    assert not compat.patch_missing_drn()


@pytest.mark.parametrize(
    ('code', 'patched'),
    [
        ('from .pytorch_utils import apply_chunking_to_forward', False),
        ('def other(): ...', True),
    ],
)
def test_multimodal_models(monkeypatch, tmp_path, code, patched):
    """MMAction2 does without them only if transformers is too new."""
    dependency = pytest.importorskip('mmaction.utils.dependency')
    monkeypatch.setattr(dependency, 'WITH_MULTIMODAL', True)
    (tmp_path / 'modeling_utils.py').write_text(code)
    spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: spec)
    assert compat.patch_multimodal_models() is patched
    assert dependency.WITH_MULTIMODAL is not patched


def test_one_place_lists_and_applies_all_patches(monkeypatch):
    listed = [patch.apply.__name__ for patch in compat.PATCHES]
    assert sorted(listed) == [
        n for n in sorted(vars(compat)) if n[:6] == 'patch_'
    ]
    assert {patch.when for patch in compat.PATCHES} == {'before', 'after'}
    # A visualizer that knows what the hook hands it needs no patch.
    for healthy in (False, True):
        if healthy:
            monkeypatch.setattr(
                ActionVisualizer,
                'add_datasample',
                lambda self, name, video, show=False: None,
            )
        HOOKS.register_module(
            'VisualizationHook', force=True, module=VisualizationHook
        )
        try:
            names = compat.apply_patches('after')
            hook = HOOKS.get('VisualizationHook')
        finally:
            HOOKS.register_module(
                'VisualizationHook', force=True, module=StNetVisualizationHook
            )
        assert names == ([] if healthy else ['patch_visualization_hook'])
        assert hook is (
            VisualizationHook if healthy else StNetVisualizationHook
        )


def test_heads_of_mmaction2_take_bfloat16():
    head = TSNHead(num_classes=3, in_channels=4)
    labels = samples([0, 2])
    scores = torch.tensor([[3.0, 1, 2], [1, 3, 2]])
    expected = head.loss_by_feat(scores, labels)
    losses = head.loss_by_feat(scores.bfloat16(), labels)
    assert losses == expected
    assert losses['loss_cls'].dtype == torch.float32
    assert losses['top1_acc'] == 0.5
    # Other types stay as they are.
    losses = head.loss_by_feat(scores.double(), labels)
    assert losses['loss_cls'].dtype == torch.float64
    # It is there once.
    assert not compat.patch_bfloat16_scores()


def test_color_jitter_turns_hues_both_ways():
    import cv2
    import numpy as np
    from mmaction.datasets.transforms import ColorJitter

    generator = np.random.default_rng(0)
    image = generator.integers(0, 256, (16, 16, 3)).astype(np.uint8)
    hues = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    for factor in (-0.1, -0.02, 0, 0.02, 0.1):
        turned = hues.copy()
        turned[..., 0] = (hues[..., 0].astype(int) + int(factor * 255)) % 180
        expected = cv2.cvtColor(turned, cv2.COLOR_HSV2RGB)
        found = ColorJitter.adjust_hue(image.astype(np.float32), factor)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)
    jitter = ColorJitter()
    for _ in range(50):
        results = jitter(dict(imgs=[image]))
        assert results['imgs'][0].dtype == np.uint8
    # It is there once.
    assert not compat.patch_color_jitter()


def test_a_config_is_formatted_once(monkeypatch):
    formatted = []

    def format_code(text, **options):
        formatted.append(text)
        return text, True

    # As upstream: every time.
    monkeypatch.setattr(config, 'FormatCode', format_code)
    assert compat.patch_config_text()
    cfg = Config(dict(lr=1))
    assert cfg.pretty_text == cfg.pretty_text
    formatted.clear()
    cfg.lr = 2
    assert [cfg.pretty_text, cfg.dump()] == ['lr=2'] * 2
    cfg.lr = 3
    assert cfg.pretty_text == 'lr=3'
    assert formatted == ['lr=2', 'lr=3']
    # It is there once.
    assert not compat.patch_config_text()


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


def test_a_config_in_a_checkpoint_is_not_run(tmp_path):
    toy_runner(tmp_path / 'a', by_epoch=False).train()
    content = torch.load(tmp_path / 'a' / 'iter_7.pth', weights_only=True)
    canary = tmp_path / 'canary'
    content['meta']['config'] = f'open({str(canary)!r}, "w").close()'
    (tmp_path / 'b').mkdir()
    torch.save(content, tmp_path / 'b' / 'iter_7.pth')
    resumed = toy_runner(tmp_path / 'b', by_epoch=False, resume=True)
    resumed.train()
    assert resumed.iter == 14
    assert len(resumed.model.seen) == 7
    assert not canary.exists()
    # It is there once.
    assert not compat.patch_resumed_config()


def test_every_door_of_mmengine_is_restricted(tmp_path, monkeypatch):
    """Also where the user lets torch run what is in files."""
    monkeypatch.setenv('TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD', '1')
    path, canary = tmp_path / 'a.pth', tmp_path / 'canary'

    class Forged:
        def __reduce__(self):
            return os.mkdir, (str(canary),)

    torch.save(dict(state_dict={}, meta=dict(x=Forged())), path)
    layer = torch.nn.Linear(2, 2)
    for load in (
        lambda: load_checkpoint(layer, str(path)),
        lambda: PretrainedInit(str(path))(layer),
        lambda: CheckpointLoader.load_checkpoint(str(path)),
    ):
        with pytest.raises(StNetInputError, match=f'^{path} is not a check'):
            load()
    assert not canary.exists()


def test_old_versions_of_torch_are_restricted(tmp_path, monkeypatch):
    """As with torch < 2.6, whose own unpickler does not suffice."""
    monkeypatch.setattr(torch, '__version__', '2.5.1')
    test_every_door_of_mmengine_is_restricted(tmp_path, monkeypatch)
    hub = MessageHub.get_instance('test_old_torch')
    hub.update_scalar('train/loss', 1.5)
    content = dict(state_dict={}, message_hub=hub.state_dict())
    torch.save(content, tmp_path / 'b.pth')
    found = CheckpointLoader.load_checkpoint(str(tmp_path / 'b.pth'))
    scalars = found['message_hub']['log_scalars']
    assert scalars['train/loss'].mean() == 1.5
