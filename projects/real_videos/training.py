"""Training and testing one network on real video."""

from __future__ import annotations

import time
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.errors import check_choice
from stnet_mm.evaluation import StNetPredictionMetric
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.class_names import read_class_names

from . import tsm, window  # noqa: F401  (registers them)
from .controls import CONTROLS, predict_controlled
from .data import choose_examples, fingerprint_of, lists_of
from .models import MODELS
from .protocols import PROTOCOLS, predict_by
from .recipe import load_recipe
from .run import Run
from .variants import VARIANTS


def train_and_test(
    run: Run, folder: Path, work_dir: Path, other_tests: bool
) -> dict:
    """Train and test a network.

    Args:
        run (Run): What to run.
        folder (Path): Folder of the data set.
        work_dir (Path): Folder for the run's files.
        other_tests (bool): Whether to test by ``PROTOCOLS``, too.

    Returns:
        dict: Plain data: the run, the data's fingerprint, the accuracy, every
        prediction, and what it took.
    """
    cfg = configure(run, folder, work_dir)
    runner = Runner.from_cfg(cfg)
    start = time.time()
    runner.train()
    seconds = time.time() - start
    metric = StNetPredictionMetric()
    runner.test_loop.evaluator.metrics.append(metric)
    accuracy = runner.test()['acc/top1']
    losses, _ = runner.message_hub.get_scalar('train/loss').data
    few = max(1, len(losses) // 10)
    return dict(
        run=run.to_dict(),
        data=fingerprint_of(folder, run.data, run.fold),
        accuracy=accuracy,
        labels=metric.labels.tolist(),
        predicted=metric.scores.argmax(1).tolist(),
        controls={c: predict_controlled(runner, cfg, c) for c in CONTROLS},
        protocols={
            name: predict_by(runner, cfg, protocol)
            for name, protocol in PROTOCOLS.items()
            if other_tests
        },
        first_loss=float(losses[:few].mean()),
        last_loss=float(losses[-few:].mean()),
        seconds=round(seconds, 1),
        threads=torch.get_num_threads(),
    )


def configure(run: Run, folder: Path, work_dir: Path) -> Config:
    """The config of a run.

    Args:
        run (Run): What to run.
        folder (Path): Folder of the data set.
        work_dir (Path): Folder for the run's files.

    Returns:
        Config: The config.

    Raises:
        StNetInputError: If the model or variant is unknown.
    """
    check_choice('model', run.model, MODELS)
    check_choice('variant', run.variant, VARIANTS)
    changes = MODELS[run.model], VARIANTS[run.variant]
    train, val = lists_of(run.data, run.fold)
    lines = dict(
        num_classes=len(read_class_names(folder / 'classes.txt')),
        data_root=str(folder),
        list_folder=str(folder),
        train_list=train,
        val_list=val,
        test_list=val,
        frame_cache=str(work_dir.parent / 'frames' / run.data),
        num_workers=0,
    )
    for change in changes:
        lines.update(change.lines)
    path = work_dir / f'{run.name}.py'
    cfg = load_recipe(path, lines)
    for change in changes:
        cfg.merge_from_dict(change.options)
        for place, transform in change.transforms.items():
            cfg.train_dataloader.dataset.pipeline.insert(place, transform)
    cfg.model.cls_head.num_classes = lines['num_classes']
    if run.examples is not None:
        clips = (folder / train).read_text(encoding='utf-8').splitlines()
        chosen = choose_examples(clips, run.examples, run.seed)
        path = path.with_suffix('.txt')
        write_atomically(path, '\n'.join(chosen).encode())
        cfg.train_dataloader.dataset.ann_file = str(path)
    cfg.work_dir = str(work_dir / run.name)
    cfg.experiment_name = run.name
    cfg.log_level = 'ERROR'
    cfg.randomness = dict(seed=run.seed)
    # Tested once, at the end.
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    # Only the weights at the end, for other tests of the same network.
    cfg.default_hooks.checkpoint.update(
        interval=cfg.train_cfg.max_iters, save_best=None, save_optimizer=False
    )
    return cfg
