"""The data sets, and their splits."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from pathlib import Path

from stnet_mm.errors import check_choice

FOLDS = {'egogestar': (1, 2, 3, 4, 5), 'yoga6': (1,), 'ordered': (1,)}
DATASETS = tuple(FOLDS)


def lists_of(data: str, fold: int) -> tuple[str, str]:
    """The lists of a split, relative to the data set's folder.

    Args:
        data (str): One of ``DATASETS``.
        fold (int): A fold of it, from 1.

    Returns:
        tuple[str, str]: Training and test.

    Raises:
        StNetInputError: If there is no such data set.
    """
    check_choice('data', data, DATASETS)
    if data == 'egogestar':
        return f'folds/f{fold}_train.txt', f'folds/f{fold}_val.txt'
    return 'train.txt', 'test.txt' if data == 'ordered' else 'val.txt'


def fingerprint_of(folder: Path, data: str, fold: int) -> str | None:
    """A short word for the clips of a split and their labels.

    Args:
        folder (Path): Folder of the data set.
        data (str): One of ``DATASETS``.
        fold (int): A fold of it.

    Returns:
        str | None: Eight hexadecimal digits; None if there is no such folder.
    """
    if not folder.exists():
        return None
    digest = hashlib.sha256()
    for name in lists_of(data, fold):
        text = (folder / name).read_text(encoding='utf-8')
        for line in sorted(text.splitlines()):
            path = folder / line.rpartition(' ')[0]
            # Every encoder makes other files of the same frames.
            size = '' if data == 'ordered' else path.stat().st_size
            digest.update(f'{line} {size}\n'.encode())
    return digest.hexdigest()[:8]


def choose_examples(lines: list[str], count: int, seed: int) -> list[str]:
    """Choose some clips of each class.

    Args:
        lines (list[str]): A list of clips, ``PATH LABEL`` each.
        count (int): Clips of a class; all if there are fewer.
        seed (int): Seed of the choice; of two counts with the same seed, the
            smaller one's clips are among the larger one's.

    Returns:
        list[str]: The lines of the chosen clips.
    """
    by_label = defaultdict(list)
    for line in sorted(lines):
        by_label[line.rpartition(' ')[2]].append(line)
    chosen = []
    for label in sorted(by_label):
        random.Random(f'{seed} {label}').shuffle(by_label[label])
        chosen += by_label[label][:count]
    return chosen
