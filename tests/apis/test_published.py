"""Files that hold weights and their config, as plain data."""

from __future__ import annotations

import json

import pytest
from mmengine.config import Config

from stnet_mm.apis.published import pack_config, unpack_config
from stnet_mm.errors import StNetInputError

from ..tools.processes import ROOT

RECIPES = sorted(
    path
    for folder in ('stnet', 'baselines', 'demo', 'own_data')
    for path in (ROOT / 'configs' / folder).glob('*.py')
)


@pytest.mark.parametrize('path', RECIPES, ids=lambda path: path.stem)
def test_every_recipe_can_be_published(path):
    cfg = Config.fromfile(path)
    text = pack_config(cfg)
    found = unpack_config(text, 'a.pth')
    assert found.model.backbone.type == cfg.model.backbone.type
    assert found.test_dataloader.dataset.pipeline
    for word in ('init_cfg', 'pretrained', 'package://', 'https://'):
        assert word not in text


def content() -> dict:
    return dict(
        model=dict(
            type='StNetRecognizer',
            backbone=dict(type='StNet', trunk=dict(type='ResNet', depth=18)),
        ),
        pipeline=[dict(type='FormatShape', input_format='NCHW')],
        filename_tmpl=None,
    )


def refused(found: object) -> str:
    text = found if isinstance(found, str) else json.dumps(found)
    with pytest.raises(StNetInputError, match=r'^a\.pth: ') as caught:
        unpack_config(text, 'a.pth')
    return str(caught.value)


@pytest.mark.parametrize(
    'name',
    [
        *('os.system', 'subprocess.call', 'builtins.eval', 'mmengine.load'),
        *('torch.load', 'mmaction.apis.init_recognizer', 'timm.hub.x'),
        *('timm.hf-hub:a/b', 'mmengine.Config', 'mmpretrain.get_model'),
        *(
            'eval',
            'CLIPSimilarity',
            '',
            'StNetVideoDecode',
            None,
            7,
            ['StNet'],
        ),
    ],
)
def test_models_name_networks_only(name):
    found = content()
    unpack_config(json.dumps(found), 'a.pth')
    found['model']['backbone']['trunk']['type'] = name
    assert f'it names {name!r}' in refused(found)


@pytest.mark.parametrize(
    'name',
    [
        *('os.system', 'mmengine.load', 'LoadRGBFromFile', 'LoadHVULabel'),
        *('Imgaug', 'TorchVisionWrapper', 'PytorchVideoWrapper', 'StNet'),
    ],
)
def test_pipelines_name_transforms_of_frames_only(name):
    found = content()
    found['pipeline'].append(dict(type=name))
    assert f'it names {name!r}' in refused(found)


@pytest.mark.parametrize(
    'key', ['init_cfg', 'pretrained', 'checkpoint_path', 'cache', '_scope_']
)
def test_files_are_not_named(key):
    found = content()
    found['model']['backbone']['trunk'][key] = '/etc/passwd'
    assert f'it sets {key}' in refused(found)


def test_damaged_configs():
    found = content()
    for key in ('model', 'pipeline'):
        assert 'damaged' in refused({k: found[k] for k in found if k != key})
    for odd in ('{', '[1]', '"x"', '[' * 100_000, 'import os'):
        assert 'damaged' in refused(odd)
    for odd in (None, 7, found):
        with pytest.raises(StNetInputError, match='damaged'):
            unpack_config(odd, 'a.pth')
