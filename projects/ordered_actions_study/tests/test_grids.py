"""Rows, runs and the networks behind them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import Compose

from projects.ordered_actions_study.grids import GRIDS, MODELS, Grid, Row
from projects.ordered_actions_study.run import Run
from projects.ordered_actions_study.scale import SCALES
from projects.ordered_actions_study.training import configure, count
from stnet_mm.analysis import build_recognizer, setting_of
from stnet_mm.errors import StNetInputError
from tests.videos import write_video

from .conftest import CONFIGS

SMALL = SCALES['small']


def test_every_config_is_a_model():
    names = [path.name.partition('_')[0] for path in CONFIGS.glob('*.py')]
    assert sorted(names) == sorted(MODELS)


def test_names_tell_the_setting():
    for path in CONFIGS.glob('*.py'):
        cfg = Config.fromfile(path)
        assert cfg.custom_imports.imports == ['stnet_mm']
        assert cfg.auto_scale_lr.base_batch_size == 32
        assert '_1xb32-4x1x4-6e_' in path.name
        assert cfg.train_dataloader.batch_size == 32
        assert cfg.train_cfg.max_epochs == 6


@pytest.mark.parametrize('model', MODELS)
@pytest.mark.parametrize('sizes', [(4, 4), (3, 6)])
def test_every_model_sees_the_same_frames(model, sizes, tmp_path):
    run = Run(model, 2, *sizes, lr=0.5, seed=7, epochs=2)
    cfg = configure(run, CONFIGS, tmp_path, SMALL)
    assert cfg.optim_wrapper.optimizer.lr == 0.5
    assert (cfg.train_cfg.max_epochs, cfg.randomness.seed) == (2, 7)
    recognizer = build_recognizer(cfg.model).eval()
    video = tmp_path / 'video.mp4'
    write_video(video, frames=24, size=64)
    images = sizes[0] * sizes[1]
    for split in ('train', 'val', 'test'):
        dataset = cfg[f'{split}_dataloader'].dataset
        assert dataset.ann_file == str(tmp_path / f'{split}.txt')
        sample = Compose(dataset.pipeline)(
            dict(filename=str(video), label=0, start_index=0, modality='RGB')
        )
        assert sample['inputs'].numel() == images * 3 * 56 * 56
    data = recognizer.data_preprocessor(
        dict(inputs=[sample['inputs']], data_samples=[sample['data_samples']])
    )
    with torch.no_grad():
        (result,) = recognizer(**data, mode='predict')
    assert result.pred_score.shape == (8,)
    parameters, macs = count(cfg)
    assert parameters == sum(p.numel() for p in recognizer.parameters())
    assert macs > images * 1e5


def test_setting_of_joined_clips(tmp_path):
    cfg = configure(Run('c3d', 1, 3, 5), CONFIGS, tmp_path, SMALL)
    setting = setting_of(cfg.test_dataloader.dataset.pipeline)
    assert (setting.clip_len, setting.num_clips) == (15, 1)


@pytest.mark.parametrize('model', MODELS)
def test_large_scale(model, tmp_path):
    """Four times the channels and twice the size, and it still fits."""
    run = Run(model, 4)
    configs = {
        name: configure(run, CONFIGS, tmp_path, scale)
        for name, scale in SCALES.items()
    }
    parameters, macs = count(configs['large'])
    small_parameters, small_macs = count(configs['small'])
    # The stem has a fixed number of input channels, so not quite 16 times.
    assert 12 < parameters / small_parameters < 16
    assert 30 < macs / small_macs < 64
    assert configs['large'].train_dataloader.num_workers > 0
    settings = SCALES['large'].settings(4)
    assert (settings.train, settings.size) == (24000, (128, 128))


def test_unknown_names():
    with pytest.raises(
        StNetInputError, match="'i3d': choose one of 'stnet', 'txb'"
    ):
        configure(Run('i3d', 1), CONFIGS, Path('data'), SMALL)
    with pytest.raises(
        StNetInputError,
        match="for this experiment 'p3d': choose one of 'stnet', 'average'",
    ):
        GRIDS['quick'].only(['p3d'])
    with pytest.raises(StNetInputError, match='choose one of 1, 2, 3, 4, 5'):
        SMALL.settings(9)


def test_runs():
    row = Row('tsn', 2)
    grid = Grid((row, Row('stnet', 1)), (0.1, 0.2), (5, 6, 7), epochs=3)
    search = grid.search(row)
    assert [(c.lr, c.seed) for c in search] == [(0.1, 5), (0.2, 5)]
    repeats = grid.repeats(row, 0.2)
    assert [(c.lr, c.seed) for c in repeats] == [(0.2, 5), (0.2, 6), (0.2, 7)]
    assert {c.epochs for c in search} == {3}
    assert grid.count() == 2 * 4
    assert grid.only(['tsn']).rows == (row,)
    assert grid.only([]) == grid


def test_a_runs_name_tells_all():
    run = Run('tsn', 1)
    others = [
        replace(run, **change)
        for change in (
            dict(model='stnet'),
            dict(level=2),
            dict(num_frames=5),
            dict(num_segments=5),
            dict(lr=0.1),
            dict(seed=1),
            dict(epochs=1),
        )
    ]
    assert len({run.name, *(other.name for other in others)}) == 8
