"""docs/recipes.md says what the configs say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mmengine.config import Config

ROOT = Path(__file__).parents[2]
PAGE = ROOT / 'docs' / 'recipes.md'
RECIPES = sorted(
    path
    for folder in ('stnet', 'baselines', 'own_data', 'demo')
    for path in (ROOT / 'configs' / folder).glob('*.py')
)
CROPS = dict(
    CenterCrop='center',
    ThreeCrop='three',
    RandomCrop='random',
    Resize='resized',
)
VIEWS = dict(center=1, three=3, ten=10)


def steps_of(cfg: Config, split: str) -> dict:
    """The transforms of a split's pipeline, by type."""
    pipeline = cfg[f'{split}_dataloader'].dataset.pipeline
    return {step.type: step for step in pipeline}


def sampling(steps: dict) -> tuple[int, int, int]:
    """Clips, frames of a clip, and the interval between these."""
    (step,) = (v for k, v in steps.items() if k.endswith('SampleFrames'))
    return step.num_clips, step.clip_len, step.get('frame_interval', 1)


def crop(steps: dict, cfg: Config) -> tuple[str, int]:
    """How crops are placed, and their side; None without any."""
    for name, word in CROPS.items():
        if name in steps:
            step = steps[name]
            side = step.get('size') or step.get('crop_size') or step.scale[0]
            return word, side
    return cfg.model.test_cfg.crops, cfg.model.test_cfg.crop_size


def row(path: Path) -> str:
    """The row of a recipe, after its first column."""
    cfg = Config.fromfile(path)
    train, test = steps_of(cfg, 'train'), steps_of(cfg, 'test')
    clips, frames, interval = sampling(train)
    test_clips, test_frames, test_interval = sampling(test)
    assert (test_frames, test_interval) == (frames, interval)
    side = train['StNetVideoDecode'].get('short_side', 'as it is')
    assert test['StNetVideoDecode'].get('short_side', 'as it is') == side
    how, size = crop(train, cfg)
    test_how, test_size = crop(test, cfg)
    mirrored = train['Flip'].flip_ratio > 0
    # 3-D networks see each clip by itself.
    views = VIEWS[test_how] * (test_clips if clips == 1 else 1)
    cells = (
        cfg.auto_scale_lr.base_batch_size,
        cfg.optim_wrapper.optimizer.lr,
        cfg.train_cfg.get('max_epochs') or f'{cfg.train_cfg.max_iters} steps',
        f'{clips}x{frames}' + (f', {interval} apart' * (interval > 1)),
        side,
        f'{how} {size}' + ', mirrored' * mirrored,
        f'{test_clips}x{test_frames}',
        f'{test_how} {test_size}',
        views,
    )
    return ' | '.join(map(str, cells))


@pytest.mark.parametrize('path', RECIPES, ids=lambda path: path.stem)
def test_row(path):
    link = f'](../{path.relative_to(ROOT).as_posix()})'
    rows = [
        line
        for line in PAGE.read_text(encoding='utf-8').splitlines()
        if link in line
    ]
    expected = row(path)
    assert [re.sub(r'^\|[^|]*\| | \|$', '', line) for line in rows] == [
        expected
    ]
    # The step is what the file's name says: GPUs x videos of each.
    found = re.search(r'_(\d+)xb(\d+)-', path.name)
    if found:
        gpus, videos = map(int, found.groups())
        assert expected.startswith(f'{gpus * videos} | ')
