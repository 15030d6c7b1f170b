"""Does the recipe learn whatever the number of classes, clips and the batch?

    python -m projects.real_videos.combinations

trains on made clips for every combination, as long as tools/fit.py would, and
prints the loss at the start and at the end. Interrupted, it goes on.
"""

from __future__ import annotations

import argparse
import colorsys
import itertools
import json
import math
from pathlib import Path

import numpy as np
from mmengine.runner import Runner

from stnet_mm.datasets.ordered_actions.encoding import encode_mp4
from stnet_mm.fit.plan import choose_max_iters
from stnet_mm.utils.allocator import keep_freed_memory
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from .recipe import load_recipe

RESULTS = Path('projects', 'real_videos', 'results', 'combinations.jsonl')
CLASSES, CLIPS, BATCHES = (2, 6, 100), (5, 20), (2, 16)
# Small frames, as there is much to train.
CROP_SIZE = 64
# So many steps are the start, and the end.
FEW = 33
FRAMES, SIDE, SQUARE = 40, 128, 24


def make_clip(label: int, rng: np.random.Generator) -> np.ndarray:
    """A square that moves over a still background of noise.

    Args:
        label (int): Class in 0..99; its last digit is the direction, its
            first the color.
        rng (np.random.Generator): Chooses where the square starts, and the
            background.

    Returns:
        np.ndarray: Frames, [L, H, W, 3] uint8.
    """
    angle = 2 * math.pi * (label % 10) / 10
    color = 255 * np.array(colorsys.hsv_to_rgb(label // 10 / 10, 0.8, 1))
    noise = rng.integers(0, 256, (16, 16, 3), np.uint8)
    # [16, 16, 3] -> [128, 128, 3]
    background = noise.repeat(8, axis=0).repeat(8, axis=1)
    frames = np.stack([background] * FRAMES)
    x, y = rng.uniform(0, SIDE, 2)
    for frame in frames:
        rows = (int(y) + np.arange(SQUARE)) % SIDE
        columns = (int(x) + np.arange(SQUARE)) % SIDE
        frame[np.ix_(rows, columns)] = color
        x, y = x + 3 * math.cos(angle), y + 3 * math.sin(angle)
    return frames


def make_data(folder: Path, classes: int, clips: int) -> None:
    """Make a data set, unless it is there.

    Args:
        folder (Path): Where to.
        classes (int): Number of classes, at most 100.
        clips (int): Clips of each class.
    """
    if (folder / 'train.txt').exists():
        return
    rng = np.random.default_rng(0)
    lines = []
    for label in range(classes):
        for number in range(clips):
            name = f'{label:02d}_{number:02d}.mp4'
            data = encode_mp4(make_clip(label, rng))
            write_atomically(folder / name, data)
            lines.append(f'{name} {label}\n')
    names = ''.join(f'class {label}\n' for label in range(classes))
    write_atomically(folder / 'classes.txt', names.encode())
    write_atomically(folder / 'train.txt', ''.join(lines).encode())


def train(
    folder: Path, work_dir: Path, classes: int, clips: int, batch_size: int
) -> dict:
    """Train with the recipe.

    Args:
        folder (Path): The data set.
        work_dir (Path): For logs.
        classes (int): Number of classes.
        clips (int): Clips of each class.
        batch_size (int): Clips of a step.

    Returns:
        dict: Mean loss of the first and the last 33 steps.
    """
    max_iters = choose_max_iters(classes * clips, batch_size)
    lines = dict(
        num_classes=classes,
        data_root=str(folder),
        frame_cache=str(folder / 'frames'),
        batch_size=batch_size,
        num_workers=0,
        max_iters=max_iters,
        crop_size=CROP_SIZE,
    )
    cfg = load_recipe(work_dir / 'config.py', lines)
    cfg.work_dir = str(work_dir)
    cfg.experiment_name = work_dir.name
    cfg.log_level = 'ERROR'
    cfg.randomness = dict(seed=0)
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    # Interrupted, it goes on; in the end only the losses count.
    cfg.default_hooks.checkpoint.update(
        interval=max_iters, save_best=None, save_optimizer=False
    )
    cfg.resume = True
    runner = Runner.from_cfg(cfg)
    runner.train()
    losses, _ = runner.message_hub.get_scalar('train/loss').data
    return dict(
        first=float(losses[:FEW].mean()), last=float(losses[-FEW:].mean())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (
        ('classes', CLASSES),
        ('clips', CLIPS),
        ('batches', BATCHES),
    ):
        parser.add_argument(f'--{name}', nargs='+', type=int, default=default)
    parser.add_argument('--results', type=Path, default=RESULTS)
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs', 'combinations')
    )
    args = parser.parse_args()
    done = {}
    if args.results.exists():
        for line in args.results.read_text(encoding='utf-8').splitlines():
            record = json.loads(line)
            done[tuple(record['combination'])] = record
    with clear_errors():
        keep_freed_memory()
        for key in itertools.product(args.classes, args.clips, args.batches):
            if key not in done:
                folder = args.work_dir / 'data_{}x{}'.format(*key)
                make_data(folder, *key[:2])
                name = 'x'.join(map(str, key))
                losses = train(folder.resolve(), args.work_dir / name, *key)
                done[key] = dict(combination=key, **losses)
                text = ''.join(f'{json.dumps(r)}\n' for r in done.values())
                write_atomically(args.results, text.encode())
            record = done[key]
            print(
                '{} classes, {} clips each, batches of {}: '.format(*key)
                + f'loss {record["first"]:.3f} to {record["last"]:.3f}',
                flush=True,
            )


if __name__ == '__main__':
    main()
