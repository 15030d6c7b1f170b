"""docs/migration.md turns configs of MMAction2 into ones of StNet."""

from __future__ import annotations

from pathlib import Path

import mmaction
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import Compose, pseudo_collate

from ..models.tiny import samples
from ..videos import write_images
from .pages import ROOT, snippets_of

CONFIGS = Path(mmaction.__file__).parent / '.mim/configs/recognition'
THEIRS = {
    'tsn': 'tsn/tsn_imagenet-pretrained-r50_8xb32-1x1x3-100e_kinetics400-rgb',
    'tsm': 'tsm/tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb',
}


@pytest.fixture(params=THEIRS)
def config(request, tmp_path):
    """The page's config, upon MMAction2's."""
    theirs = CONFIGS / f'{THEIRS[request.param]}.py'
    (tmp_path / 'my_tsn.py').write_text(f'_base_ = {str(theirs)!r}\n')
    (text,) = snippets_of(ROOT / 'docs' / 'migration.md', 'python')
    (tmp_path / 'my.py').write_text(text)
    config = Config.fromfile(tmp_path / 'my.py')
    config.model.backbone.init_cfg = None
    return config


def test_a_video_is_tested(config, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 48, 64, 3))
    write_images(tmp_path / 'video.mp4', images.astype(np.uint8))
    pipeline = config.test_dataloader.dataset.pipeline
    assert pipeline[1].num_clips == 25
    # Smaller, to be quick.
    pipeline[1].num_clips, pipeline[2].short_side = 2, 36
    config.model.test_cfg.crop_size = 32
    (found,) = run_test(config.model, pipeline, tmp_path / 'video.mp4')
    assert found.pred_score.shape == (400,)
    torch.testing.assert_close(found.pred_score.sum(), torch.tensor(1.0))


def test_pipelines_of_mmaction2_work(config, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 48, 64, 3))
    write_images(tmp_path / 'video.mp4', images.astype(np.uint8))
    theirs = Config.fromfile(tmp_path / 'my_tsn.py')
    pipeline = theirs.test_dataloader.dataset.pipeline
    smaller = dict(
        SampleFrames=dict(clip_len=5, num_clips=2),
        Resize=dict(scale=(-1, 36)),
    )
    for step in pipeline:
        step.update(smaller.get(step.type, {}))
    # As their configs that are tested with ten crops.
    pipeline[-3] = dict(type='TenCrop', crop_size=32)
    config.model.test_cfg = dict(num_segments=2)
    (found,) = run_test(config.model, pipeline, tmp_path / 'video.mp4')
    torch.testing.assert_close(found.pred_score.sum(), torch.tensor(1.0))


def test_training_steps(config):
    pipeline = config.train_dataloader.dataset.pipeline
    assert pipeline[1].clip_len == config.model.backbone.num_frames
    assert config.train_dataloader.dataset.type == 'VideoDataset'
    model = MODELS.build(config.model)
    frames = torch.rand(2, 10, 3, 32, 32)
    loss = model(frames, samples([1, 2]), mode='loss')['loss_cls']
    loss.backward()
    assert loss.isfinite()


def run_test(model, pipeline, video):
    """What a model says of a video."""
    torch.manual_seed(0)
    model = MODELS.build(model).eval()
    sample = Compose([TRANSFORMS.build(step) for step in pipeline])(
        dict(filename=str(video), label=3, start_index=0, modality='RGB')
    )
    with torch.no_grad():
        return model.test_step(pseudo_collate([sample]))
