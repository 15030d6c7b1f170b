"""Training and testing one network with MMEngine's Runner."""

from __future__ import annotations

import time
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.analysis import build_recognizer, count_complexity, setting_of
from stnet_mm.datasets.ordered_actions import make_dataset
from stnet_mm.errors import check_choice

from .grids import MODELS
from .run import Run
from .scale import Scale

SPLITS = ('train', 'val', 'test')


def train_and_test(
    run: Run, configs: Path, data: Path, work_dir: Path, scale: Scale
) -> dict:
    """Train and test a network, or go on where it was interrupted.

    Args:
        run (Run): What to run.
        configs (Path): The folder ``configs``.
        data (Path): Folder of the level's data set; made if it is missing.
        work_dir (Path): Folder for the run's logs and checkpoints.
        scale (Scale): Size of data and network.

    Returns:
        dict: Plain data: the run, the data's fingerprint, accuracies on the
        test videos, the validation's by epoch, costs, and what it ran on.

    Raises:
        StNetInputError: If the model is unknown, or the data are of other
            settings.
    """
    settings = scale.settings(run.level)
    make_dataset(data, settings, progress=not (data / 'test.txt').exists())
    cfg = configure(run, configs, data, scale)
    cfg.work_dir = str(work_dir)
    cfg.resume = resumed = (work_dir / 'last_checkpoint').exists()
    runner = Runner.from_cfg(cfg)
    start = time.time()
    runner.train()
    seconds = time.time() - start
    metrics = runner.test()
    history, _ = runner.message_hub.get_scalar('val/acc/top1').data
    parameters, macs = count(cfg)
    return dict(
        run=run.to_dict(),
        data=settings.fingerprint(),
        accuracy=metrics['acc/top1'],
        local_pairs=metrics['pair/local_pairs'],
        global_pairs=metrics['pair/global_pairs'],
        validation=[float(x) for x in history],
        parameters=parameters,
        macs=macs,
        # What a resumed run took altogether is not known.
        seconds=None if resumed else round(seconds, 1),
        device=device_name(),
        torch=torch.__version__,
    )


def configure(run: Run, configs: Path, data: Path, scale: Scale) -> Config:
    """The config of a run.

    Args:
        run (Run): What to run.
        configs (Path): The folder ``configs``.
        data (Path): Folder of the level's data set.
        scale (Scale): Size of data and network.

    Returns:
        Config: The config.

    Raises:
        StNetInputError: If the model is unknown.
    """
    check_choice('model', run.model, MODELS)
    (path,) = configs.glob(f'{run.model}_*.py')
    cfg = Config.fromfile(path)
    scale.apply(cfg)
    cfg.experiment_name = run.name
    cfg.log_level = 'ERROR'
    cfg.randomness = dict(seed=run.seed)
    cfg.optim_wrapper.optimizer.lr = run.lr
    cfg.train_cfg.max_epochs = run.epochs
    cfg.param_scheduler[-1].end = max(2, run.epochs)  # after the warm-up
    cfg.default_hooks.checkpoint.update(max_keep_ckpts=1, save_best=None)
    for split in SPLITS:
        loader = cfg[f'{split}_dataloader']
        dataset = loader.dataset
        dataset.ann_file = str(data / f'{split}.txt')
        dataset.data_prefix.video = str(data)
        dataset.metainfo.classes = str(data / 'classes.txt')
        for step in dataset.pipeline:
            if step['type'] == 'StNetCachedVideoInit':
                step.cache = str(data / 'frames')
            if step['type'] == 'StNetSampleFrames':
                step.update(
                    clip_len=run.num_frames, num_clips=run.num_segments
                )
    backbone, head = cfg.model.backbone, cfg.model.cls_head
    # Where the config has 1, every frame is a segment.
    if backbone.get('num_frames', 1) > 1:
        backbone.num_frames = run.num_frames
    if backbone.type == 'StNetSlimResNetTSM':
        images = run.num_frames * run.num_segments
        backbone.num_segments = head.num_segments = images
    return cfg


def count(cfg: Config) -> tuple[int, int]:
    """Parameters, and multiply-adds of a video.

    Args:
        cfg (Config): Config of a run.

    Returns:
        tuple[int, int]: The counts.
    """
    counts = count_complexity(
        build_recognizer(cfg.model),
        setting_of(cfg.test_dataloader.dataset.pipeline),
    )
    return counts.parameters, counts.macs


def device_name() -> str:
    """What a run runs on."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f'CPU, {torch.get_num_threads()} threads'
