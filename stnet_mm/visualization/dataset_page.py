"""The page of a data set: what the network sees of some of its videos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.dataset import BaseDataset

from ..datasets.browsing import (
    Delivery,
    build_dataset,
    count_labels,
    deliver,
    find_steps,
)
from ..errors import StNetInputError
from ..utils.progress import track
from .rendering import picture_uri, write_page

# Pixels of all pictures of a video: 24 videos take some 4 MB.
VIDEO_PIXELS = 370_000
# Frames side by side in a strip.
COLUMNS = 8
# Pixels between them.
GAP = 2


def write_dataset_page(
    path: str | Path,
    cfg: Config,
    split: str,
    title: str,
    number: int = 24,
    seed: int = 0,
    progress: bool = False,
) -> list[str]:
    """Write a page with the frames of some videos, sampled and augmented.

    Each super-image is a strip of its frames, as they are before
    normalization, scaled down to a JPEG. Videos are drawn at random, and
    video ``i`` is read with the seed ``seed + i``.

    Args:
        path (str | Path): The HTML file.
        cfg (Config): The config.
        split (str): ``'train'``, ``'val'`` or ``'test'``.
        title (str): What to call the data set.
        number (int): How many videos. Defaults to 24.
        seed (int): Random seed. Defaults to 0.
        progress (bool): Whether to show progress bars. Defaults to False.

    Returns:
        list[str]: What is wrong with the videos that cannot be read, a line
        each; the page says it in their place.

    Raises:
        StNetInputError: As ``build_dataset``.
        OSError: If the page cannot be written; nothing is left behind.
    """
    dataset = build_dataset(cfg, split)
    counts = count_labels(dataset, progress)
    names = _class_names(dataset, counts)
    cards, problems, shapes = [], [], set()
    chosen = draw(len(dataset), number, seed)
    for i in track(chosen, 'reading videos', progress):
        try:
            delivery = deliver(dataset, i, seed + i)
        except StNetInputError as error:
            problems.append(str(error))
            cards.append(dict(problem=str(error)))
            continue
        shapes.add(delivery.frames.shape[:4])
        cards.append(_card(delivery, names))
    write_page(
        path,
        'dataset',
        title=title,
        seed=seed,
        count=len(dataset),
        classes=[(name, counts[i]) for i, name in enumerate(names)],
        unlabeled=counts[None],
        shapes=sorted(shapes),
        mirrored=_mirrored_share(cfg[f'{split}_dataloader']),
        model_crops=_model_crops(cfg) if split == 'test' else None,
        cards=cards,
    )
    return problems


def draw(count: int, number: int, seed: int) -> list[int]:
    """Draw videos of a data set, each at most once.

    Args:
        count (int): How many there are.
        number (int): How many to draw at most.
        seed (int): Random seed.

    Returns:
        list[int]: Their numbers in the data set, in ascending order.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(count, min(number, count), replace=False)
    return sorted(chosen.tolist())


def _class_names(dataset: BaseDataset, counts: Counter) -> list[str]:
    """Number and name of each class, as far as they are known."""
    known = dataset.metainfo.get('classes')
    names = known if isinstance(known, (list, tuple)) else []
    used = [label + 1 for label in counts if label is not None]
    return [
        f'{label} {names[label]}' if label < len(names) else f'class {label}'
        for label in range(max([len(names), *used]))
    ]


def _mirrored_share(loader: dict) -> float:
    """The share of videos that the pipeline mirrors."""
    ratios = [
        step.get('flip_ratio', 0.5) for step in find_steps(loader, 'Flip')
    ]
    return max(ratios, default=0.0)


def _model_crops(cfg: Config) -> str | None:
    """The crops that the model takes in testing, if it does."""
    test_cfg = cfg.model.get('test_cfg') or {}
    if not test_cfg.get('crops'):
        return None
    return f'{test_cfg["crops"]}, {test_cfg["crop_size"]}'


def _card(delivery: Delivery, names: Sequence[str]) -> dict:
    """What the page shows of a video."""
    pixels = delivery.frames[..., 0].size
    scale = min(1.0, (VIDEO_PIXELS / pixels) ** 0.5)
    strips = []
    for frames, numbers in zip(delivery.frames, delivery.numbers):
        strip = lay_out(frames)
        longest = round(max(strip.shape) * scale)
        strips.append((picture_uri(strip, longest), list_numbers(numbers)))
    return dict(
        problem=None,
        file=delivery.file,
        labels=[names[label] for label in delivery.labels],
        mirrored=delivery.mirrored,
        strips=strips,
    )


def lay_out(frames: np.ndarray) -> np.ndarray:
    """Lay out the frames of a super-image in rows, with gaps between them.

    Args:
        frames (np.ndarray): [N, H, W, 3] uint8.

    Returns:
        np.ndarray: At most 8 frames in a row, [h, w, 3] uint8.
    """
    count, height, width = frames.shape[:3]
    columns = min(count, COLUMNS)
    rows = -(-count // columns)
    step = np.array([height, width]) + GAP
    size = step * (rows, columns) - GAP
    sheet = np.zeros((*size, 3), np.uint8)
    for i, frame in enumerate(frames):
        top, left = step * divmod(i, columns)
        sheet[top : top + height, left : left + width] = frame
    return sheet


def list_numbers(numbers: np.ndarray) -> str:
    """The numbers of frames, in few words.

    Args:
        numbers (np.ndarray): The numbers, [N].

    Returns:
        str: The first, the last and the step of equally spaced ones, or all.
    """
    steps = {*np.diff(numbers).tolist()}
    if len(numbers) > 2 and len(steps) == 1 and min(steps) > 0:
        step = min(steps)
        every = f', every {step}' if step > 1 else ''
        return f'{numbers[0]} to {numbers[-1]}{every}'
    return ', '.join(map(str, numbers))
