"""Fine-tuning on a few examples, from scratch or from a trained network."""

from __future__ import annotations

import hashlib
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.datasets.ordered_actions import Settings, make_dataset
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.class_names import read_class_names

from .run import AfterTraining
from .scale import Scale
from .training import configure, device_name

# Other ordered actions than those that were trained on.
ORDERED = 'ordered'
LISTS = ('train.txt', 'val.txt', 'classes.txt')


@dataclass(frozen=True)
class TransferRun(AfterTraining):
    """One fine-tuning.

    Attributes:
        model (str): As in ``Run``.
        data (str): ``ORDERED``, or the name of a folder of real videos.
        examples (int): Videos of each class, or all if there are fewer.
        pretrained (bool): Whether it starts from a training on ``level``.
        seed (int): Seed of the fine-tuning, the choice of the examples and
            the training that it starts from. Defaults to 0.
        lr (float): Learning rate, here and there. Defaults to 0.003.
        epochs (int): Epochs, here and there. Defaults to 6.
        videos (int): Videos that pass through the network in an epoch,
            whatever the number of examples. Defaults to 640.
        level (int): Level that was trained on. Defaults to 4.
    """

    model: str
    data: str
    examples: int
    pretrained: bool
    seed: int = 0
    lr: float = 0.003
    epochs: int = 6
    videos: int = 640
    level: int = 4

    @property
    def name(self) -> str:
        """A name for files and people."""
        start = f'level{self.level}' if self.pretrained else 'scratch'
        return (
            f'{self.model}_{start}-{self.data}_{self.examples}of{self.videos}_'
            f'{self.epochs}e_lr{self.lr:g}_seed{self.seed}'
        )


def transfer_runs(data: str) -> list[TransferRun]:
    """All fine-tunings on a data set.

    Args:
        data (str): See ``TransferRun``.

    Returns:
        list[TransferRun]: The runs.
    """
    return [
        TransferRun(model, data, examples, pretrained, seed)
        for seed in (0, 1, 2)
        for model in ('stnet', 'tsn')
        for pretrained in (False, True)
        for examples in (5, 10, 20)
    ]


def other_actions(scale: Scale) -> Settings:
    """Ordered actions that share no class with those of the study.

    Args:
        scale (Scale): Size of the videos and of the test.

    Returns:
        Settings: What to make.
    """
    return replace(
        scale.settings(level=2),
        pairs=('fade', 'blink_squash'),
        train=80,
        val=0,
        test=scale.test // 2,
        seed=1,
    )


def fingerprint_of(data: str, folder: Path, scale: Scale) -> str:
    """Fingerprint of what is fine-tuned on: of real videos, their lists'.

    Args:
        data (str): As in ``TransferRun``.
        folder (Path): Its folder.
        scale (Scale): Size of the data.

    Returns:
        str: 16 hexadecimal digits.

    Raises:
        StNetInputError: If a list of real videos is missing.
    """
    if data == ORDERED:
        return other_actions(scale).fingerprint()
    digest = hashlib.sha256()
    for name in LISTS:
        if not (folder / name).is_file():
            raise StNetInputError(
                f'{folder} has no {name}: a folder of real videos needs '
                + ', '.join(LISTS)
            )
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def fine_tune(
    run: TransferRun,
    configs: Path,
    data: Path,
    work_dir: Path,
    weights: Path | None,
    scale: Scale,
) -> dict:
    """Fine-tune and test.

    Args:
        run (TransferRun): What to run.
        configs (Path): The folder ``configs``.
        data (Path): Folder of the data set. Ordered actions are made if they
            are missing; real videos have ``train.txt``, ``val.txt`` (for the
            test) and ``classes.txt``.
        work_dir (Path): Folder for logs, checkpoints and decoded frames.
        weights (Path, optional): Checkpoint to start from.
        scale (Scale): Size of data and network.

    Returns:
        dict: Plain data: the run, the data's fingerprint, accuracies, and
        what it ran on.

    Raises:
        StNetInputError: If real videos lack a list, or it names a class by
            an empty line.
    """
    ordered = run.data == ORDERED
    if ordered:
        make_dataset(data, other_actions(scale), progress=False)
    fingerprint = fingerprint_of(run.data, data, scale)
    chosen = choose_examples(data / 'train.txt', run.examples, run.seed)
    examples = work_dir / 'examples.txt'
    write_atomically(
        examples, ''.join(f'{line}\n' for line in chosen).encode()
    )

    cfg = configure(run.trained, configs, data, scale)
    num_classes = len(read_class_names(data / 'classes.txt'))
    cfg.model.cls_head.num_classes = num_classes
    cfg.load_from = str(weights) if weights else None
    # Every epoch is as long, whatever the number of examples.
    train = cfg.train_dataloader
    train.dataset.ann_file = str(examples)
    train.dataset = dict(
        type='RepeatDataset',
        times=max(1, round(run.videos / len(chosen))),
        dataset=train.dataset,
    )
    test = 'test.txt' if ordered else 'val.txt'
    cfg.test_dataloader.dataset.ann_file = str(data / test)
    metrics = ('top_k_accuracy', 'mean_class_accuracy')
    cfg.test_evaluator = dict(type='StNetAccMetric', metric_list=metrics)
    cfg.val_dataloader = cfg.val_cfg = cfg.val_evaluator = None
    if not ordered:
        cache = work_dir.parent / f'frames_{run.data}'
        _take_real_videos(cfg, cache, scale.side)
    cfg.work_dir = str(work_dir)
    runner = Runner.from_cfg(cfg)
    start = time.time()
    runner.train()
    seconds = time.time() - start
    result = runner.test()
    return dict(
        run=run.to_dict(),
        data=fingerprint,
        accuracy=result['acc/top1'],
        mean_class_accuracy=result['acc/mean1'],
        classes=num_classes,
        train_videos=len(chosen),
        test_videos=len(runner.test_dataloader.dataset),
        seconds=round(seconds, 1),
        device=device_name(),
        torch=torch.__version__,
    )


def choose_examples(path: Path, examples: int, seed: int) -> list[str]:
    """Choose videos of every class.

    Args:
        path (Path): List of videos and labels.
        examples (int): How many of each class; all if there are fewer.
        seed (int): Seed of the choice.

    Returns:
        list[str]: Lines of the list, without their ends.
    """
    by_label: dict[str, list[str]] = {}
    for line in path.read_text(encoding='utf-8').splitlines():
        if line.strip():
            by_label.setdefault(line.split()[-1], []).append(line)
    chance = random.Random(seed)
    return [
        line
        for lines in by_label.values()
        for line in chance.sample(lines, min(examples, len(lines)))
    ]


def _take_real_videos(cfg: Config, cache: Path, side: int) -> None:
    """Scale videos of any size; keep the frames outside of their folder."""
    for loader in (cfg.train_dataloader, cfg.test_dataloader):
        dataset = loader.dataset.get('dataset', loader.dataset)
        steps = []
        for step in dataset.pipeline:
            steps.append(step)
            if step['type'] == 'StNetCachedVideoInit':
                step.update(cache=str(cache), short_side=side)
            if step['type'] == 'StNetCachedVideoDecode':
                steps.append(
                    dict(type='Resize', scale=(side, side), keep_ratio=False)
                )
        dataset.pipeline = steps
