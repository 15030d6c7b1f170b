"""Every config builds, and the index lists every recipe."""

import math
from pathlib import Path

import pytest
import torch
import yaml
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope

from stnet_mm.analysis import (
    build_recognizer,
    count_complexity,
    setting_of,
)
from stnet_mm.models.crops import find_crops

from .videos import write_video

ROOT = Path(__file__).parents[1]
RECIPES = sorted(
    path
    for folder in ('stnet', 'demo')
    for path in (ROOT / 'configs' / folder).glob('*.py')
)
COMPETITORS = sorted((ROOT / 'configs' / 'baselines').glob('*.py'))


def by_name(path):
    return path.stem


def loaders(cfg):
    return [cfg[f'{split}_dataloader'] for split in ('train', 'val', 'test')]


def read_recipe(path):
    """A config, with what all of them must have."""
    cfg = Config.fromfile(path)
    init_default_scope(cfg.default_scope)
    assert cfg.custom_imports.imports == ['stnet_mm']
    assert cfg.auto_scale_lr.base_batch_size > 0
    assert cfg.auto_scale_lr.enable is False
    assert '::' not in path.read_text()
    # Runner writes this text, so it must be valid Python.
    compile(cfg.pretty_text, path.name, 'exec')
    return cfg


@pytest.mark.parametrize('path', RECIPES, ids=by_name)
def test_recipe(path, tmp_path):
    cfg = read_recipe(path)
    video = tmp_path / 'video.mp4'
    write_video(video, frames=30, size=96)
    model = MODELS.build(cfg.model)
    for loader, test_mode in zip(loaders(cfg), (False, True, True)):
        sample = Compose(loader.dataset.pipeline)(
            dict(filename=str(video), label=0, start_index=0, modality='RGB')
        )
        images = len(sample['inputs'])
        segments = model.num_segments(images, test_mode)
        views, rest = divmod(images, segments * model.backbone.num_frames)
        assert (views, rest) == (1, 0)
    assert cfg.test_pipeline == cfg.test_dataloader.dataset.pipeline
    assert ('tencrop' in path.stem) <= (model.test_cfg.get('crops') == 'ten')
    if model.test_cfg:
        # The sample is one of testing: the crops fit into the frames.
        size = model.test_cfg['crop_size']
        crops = find_crops('ten', size, *sample['inputs'].shape[-2:])
        assert len(crops) == 10
        setting = setting_of(cfg.test_pipeline, cfg.model.test_cfg)
        assert (setting.crops, setting.height) == (10, size)


@pytest.mark.parametrize('path', COMPETITORS, ids=by_name)
def test_competitor(path, tmp_path):
    cfg = read_recipe(path)
    words = path.stem.split('_')
    gpus, batch = words[2].partition('-')[0].split('xb')
    assert cfg.auto_scale_lr.base_batch_size == int(gpus) * int(batch)
    assert cfg.train_dataloader.batch_size == int(batch)
    frames, _, clips = words[2].split('-')[1].split('x')
    model = build_recognizer(cfg.model)
    video = tmp_path / 'video.mp4'
    write_video(video, frames=30, size=200)
    for loader in loaders(cfg):
        setting = setting_of(loader.dataset.pipeline)
        assert setting.clip_len == int(frames)
        counts = count_complexity(model, setting)
        # What was counted is what the pipeline delivers.
        sample = Compose(loader.dataset.pipeline)(
            dict(filename=str(video), label=0, start_index=0, modality='RGB')
        )
        delivered = sample['inputs'].numel()
        assert delivered == counts.views * math.prod(counts.shape)
    assert setting_of(cfg.train_pipeline).num_clips == int(clips)
    classes = 101 if 'ucf101' in path.stem else 400
    assert model.cls_head.fc_cls.out_features == classes


@pytest.mark.parametrize('depth', [50, 101])
def test_head_fits_backbone(depth):
    name = f'stnet_imagenet-pretrained-r{depth}_8xb16-5x1x7-60e'
    cfg = Config.fromfile(
        ROOT / 'configs' / 'stnet' / f'{name}_kinetics400-rgb.py'
    )
    assert cfg.model.backbone.trunk.depth == depth
    assert f'resnet{depth}' in cfg.model.backbone.init_cfg.checkpoint
    model = MODELS.build(cfg.model).eval()
    with torch.no_grad():
        logits = model(torch.rand(1, 10, 3, 32, 32), stage='head')
    assert logits.shape == (1, 400)


def test_index_lists_every_recipe():
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    models, collections = [], []
    for path in index['Import']:
        metafile = yaml.safe_load((ROOT / path).read_text())
        models += metafile['Models']
        collections += metafile['Collections']
    assert {ROOT / m['Config'] for m in models} == {*RECIPES, *COMPETITORS}
    for collection in collections:
        assert (ROOT / collection['README']).exists()
    for model in models:
        path = ROOT / model['Config']
        assert model['Name'] == path.stem
        built = build_recognizer(Config.fromfile(path).model)
        count = sum(p.numel() for p in built.parameters())
        assert model['Metadata']['Parameters'] == count, path.stem
        for result in model.get('Results', []):
            # Nothing has been measured on these data sets with this code.
            assert all('published' in key for key in result['Metrics'])


def test_names_are_unique():
    names = [p.name for p in (ROOT / 'configs').rglob('*.py')]
    names += [p.name for p in (ROOT / 'stnet_mm').rglob('*.py')]
    configs = {p.name for p in (ROOT / 'configs').rglob('*.py')}
    # mim looks for a config's name in the whole package.
    assert all(names.count(name) == 1 for name in configs)
