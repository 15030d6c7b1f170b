"""Train StNet on ordered actions, for a start that knows motion.

    python -m projects.real_videos.ordered_start

makes clips of all pairs on all levels, trains with the recipe, from ImageNet,
writes the weights that the variant ``ordered-start`` begins with, and to
``results/ordered_start.json`` the accuracy on other clips. Interrupted, it
goes on.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.datasets.ordered_actions import (
    CLASS_NAMES,
    LEVELS,
    PAIRS,
    Settings,
    make_dataset,
)
from stnet_mm.fit.plan import BATCH_SIZE, choose_max_iters
from stnet_mm.utils.allocator import keep_freed_memory
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from .recipe import load_recipe
from .variants import ORDERED_START

MADE = Path(__file__).parent / 'results' / 'ordered_start.json'


def make_data(folder: Path, train: int, val: int) -> dict[str, int]:
    """Make clips of all levels, and lists of all.

    Args:
        folder (Path): Where to.
        train (int): Clips to train on of each level, at least.
        val (int): Clips to validate on, likewise.

    Returns:
        dict[str, int]: Number of clips of each split.
    """
    lists: dict[str, list[str]] = dict(train=[], val=[])
    for level in LEVELS:
        settings = Settings(
            level=level,
            pairs=tuple(pair.name for pair in PAIRS),
            train=train,
            val=val,
            test=0,
            size=(128, 128),
            seed=level,
        )
        place = folder / f'level{level}'
        make_dataset(place, settings)
        for split, lines in lists.items():
            text = (place / f'{split}.txt').read_text(encoding='utf-8')
            lines += [f'{place.name}/{line}\n' for line in text.splitlines()]
    for split, lines in lists.items():
        write_atomically(folder / f'{split}.txt', ''.join(lines).encode())
    names = ''.join(f'{name}\n' for name in CLASS_NAMES)
    write_atomically(folder / 'classes.txt', names.encode())
    return {split: len(lines) for split, lines in lists.items()}


def configure(folder: Path, work_dir: Path, max_iters: int) -> Config:
    """The config of the training.

    Args:
        folder (Path): The clips.
        work_dir (Path): For logs and checkpoints.
        max_iters (int): Steps.

    Returns:
        Config: The config.
    """
    lines = dict(
        num_classes=len(CLASS_NAMES),
        data_root=str(folder),
        frame_cache=str(folder / 'frames'),
        num_workers=0,
        max_iters=max_iters,
    )
    cfg = load_recipe(work_dir / 'config.py', lines)
    cfg.work_dir = str(work_dir)
    cfg.randomness = dict(seed=0)
    cfg.resume = True
    return cfg


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--train', type=int, default=240)
    parser.add_argument('--val', type=int, default=48)
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs', 'ordered_start')
    )
    parser.add_argument('--out', type=Path, default=Path(ORDERED_START))
    args = parser.parse_args()
    with clear_errors():
        keep_freed_memory()
        data = (args.work_dir / 'data').resolve()
        clips = make_data(data, args.train, args.val)
        max_iters = choose_max_iters(clips['train'], BATCH_SIZE)
        cfg = configure(data, args.work_dir / 'training', max_iters)
        runner = Runner.from_cfg(cfg)
        runner.train()
        accuracy = runner.val()['acc/top1']
        last = args.work_dir / 'training' / f'iter_{max_iters}.pth'
        write_atomically(args.out, last.read_bytes())
        made = dict(clips, max_iters=max_iters, accuracy=accuracy)
        write_atomically(MADE, f'{json.dumps(made)}\n'.encode())


if __name__ == '__main__':
    main()
