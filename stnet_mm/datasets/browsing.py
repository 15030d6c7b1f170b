"""What a config's data set delivers to the network, one video at a time."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed

from ..errors import StNetInputError
from ..models.crops import transform_name
from ..utils.nested import walk
from ..utils.progress import track

# What a pipeline knows of its frames, beside their bytes.
KEYS = ('filename', 'frame_dir', 'frame_inds', 'clip_len', 'flip')


@dataclass(frozen=True)
class Delivery:
    """The frames of a video as a pipeline delivers them.

    Attributes:
        file (str): The video, or folder of frames.
        labels (list[int]): Its classes; none if it has no label.
        frames (np.ndarray): RGB before normalization, in the pipeline's
            order, [G, N, H, W, 3] uint8: G super-images (or clips, each once
            per crop) of N frames.
        numbers (np.ndarray): Numbers of the frames in the video, [G, N].
        mirrored (bool): Whether ``Flip`` mirrored them.
    """

    file: str
    labels: list[int]
    frames: np.ndarray
    numbers: np.ndarray
    mirrored: bool


def build_dataset(cfg: Config, split: str) -> BaseDataset:
    """Build a data set of a config, so that ``deliver`` can read it.

    Args:
        cfg (Config): The config.
        split (str): ``'train'``, ``'val'`` or ``'test'``.

    Returns:
        BaseDataset: The data set. Its pipeline is that of the config and also
        packs ``KEYS``.

    Raises:
        StNetInputError: If there is no such data set, it is empty, or its
            pipeline does not end in ``PackActionInputs``.
    """
    loader = cfg.get(f'{split}_dataloader')
    if not loader:
        raise StNetInputError(
            f'the config has no {split}_dataloader: choose another split'
        )
    settings = copy.deepcopy(loader['dataset'])
    packs = [*find_steps(settings, 'PackActionInputs')]
    if not packs:
        raise StNetInputError(
            f'the pipeline of {split}_dataloader has no PackActionInputs: '
            'only data sets of MMAction2 can be shown'
        )
    for step in packs:
        step['meta_keys'] = KEYS
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    dataset = DATASETS.build(settings)
    if not len(dataset):
        raise StNetInputError(
            f'the data set of {split}_dataloader is empty: fill '
            f'{settings.get("ann_file", "its annotation file")} or choose '
            'another split'
        )
    return dataset


def find_steps(settings: object, name: str) -> Iterator[dict]:
    """Find the steps of a pipeline in a data set's config.

    Args:
        settings (object): The config; data sets may be inside of others.
        name (str): Name of a transform.

    Yields:
        dict: The config of each step with this transform.
    """
    for _, part in walk(settings):
        if (
            isinstance(part, dict)
            and 'type' in part
            and transform_name(part) == name
        ):
            yield part


def count_labels(dataset: BaseDataset, progress: bool = False) -> Counter:
    """Count the videos of each class.

    Args:
        dataset (BaseDataset): The data set.
        progress (bool): Whether to show a progress bar. Defaults to False.

    Returns:
        Counter: How many videos have a label, by label; None stands for
        videos without.
    """
    counts: Counter = Counter()
    for i in track(range(len(dataset)), 'counting classes', progress):
        labels: list = _labels(dataset.get_data_info(i).get('label', -1))
        counts.update(labels or [None])
    return counts


def deliver(dataset: BaseDataset, index: int, seed: int) -> Delivery:
    """Run the pipeline for a video.

    Args:
        dataset (BaseDataset): The data set, of ``build_dataset``.
        index (int): Number of the video in it.
        seed (int): What all random numbers are seeded with before.

    Returns:
        Delivery: Its frames.

    Raises:
        StNetInputError: If the video cannot be read, or the pipeline does not
            deliver RGB frames as bytes.
    """
    set_random_seed(seed)
    packed = dataset[index]
    inputs, known = packed['inputs'], packed['data_samples'].metainfo
    file = known.get('filename', known.get('frame_dir', f'number {index}'))
    if (
        not isinstance(inputs, torch.Tensor)
        or inputs.dtype != torch.uint8
        or inputs.ndim not in (4, 5)
        or inputs.shape[1] != 3
        or 'frame_inds' not in known
    ):
        raise StNetInputError(
            f'{file}: its pipeline does not deliver sampled RGB frames as '
            'bytes (NCHW or NCTHW), which alone can be shown'
        )
    if inputs.ndim == 5:
        # [G, 3, N, H, W] -> [G, N, 3, H, W] -> [M, 3, H, W]
        inputs = inputs.transpose(1, 2).flatten(0, 1)
    numbers = np.asarray(known['frame_inds']).reshape(-1)
    length = known['clip_len']
    # [M, 3, H, W] -> [M, H, W, 3] -> [G, N, H, W, 3]; crops come one by one,
    # each with all sampled frames.
    frames = inputs.permute(0, 2, 3, 1).unflatten(0, (-1, length)).numpy()
    repeats = len(inputs) // len(numbers)
    return Delivery(
        file,
        _labels(packed['data_samples'].get('gt_label', -1)),
        frames,
        np.tile(numbers, repeats).reshape(-1, length),
        bool(known.get('flip', False)),
    )


def _labels(label: int | torch.Tensor) -> list[int]:
    """The labels that a number or a row of zeros and ones stands for."""
    values = torch.as_tensor(label).reshape(-1)
    if len(values) > 1:
        return values.nonzero().reshape(-1).tolist()
    return [value for value in values.tolist() if value >= 0]
