"""Features of videos, for other programs to work with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Callable

import torch
from mmengine.config import Config
from torch import Tensor

from ..errors import StNetInputError, check_choice
from ..models import StNetRecognizer, TXBHead
from ..models.segment_head import pool
from .inference import VideoClassifier
from .one_by_one import together_or_one_by_one

KINDS = ('trunk', 'txb', 'txb_max')


def extract_features(
    config: str | Config,
    checkpoint: str,
    videos: Sequence[str],
    kind: str = 'txb_max',
    batch_size: int = 8,
    device: str | None = None,
) -> Iterator[tuple[str, Tensor | StNetInputError]]:
    """Compute a feature of each video, several videos at a time.

    Videos are sampled and cropped as in testing; the features of several
    views are averaged.

    Args:
        config (str | Config): Config of a StNet, or its file.
        checkpoint (str): Its checkpoint, file or URL.
        videos (Sequence[str]): Video files, or folders of frames.
        kind (str): ``'trunk'``: the feature maps of the trunk, averaged over
            their places, [T, C]; ``'txb'``: what the temporal Xception block
            makes of them, [T, D]; ``'txb_max'``: its maximum over time, [D],
            which the classifier gets. Defaults to ``'txb_max'``.
        batch_size (int): How many videos at a time. Defaults to 8.
        device (str, optional): Device to run on. Defaults to None: the GPU
            if there is one, else the CPU.

    Yields:
        tuple[str, Tensor | StNetInputError]: A video, and its feature in
        float32 on the CPU, or why it cannot be read.

    Raises:
        StNetInputError: If the network has no such feature, or a setting is
            wrong.
    """
    check_choice('kind of feature', kind, KINDS)
    if batch_size < 1:
        raise StNetInputError(f'batch size {batch_size}: choose 1 or more')
    classify = VideoClassifier(config, checkpoint, device)
    run = _feature_of(classify.model, kind)
    waiting = iter(videos)
    while batch := list(islice(waiting, batch_size)):
        read = [_read(classify, video) for video in batch]
        samples = [s for s in read if not isinstance(s, StNetInputError)]
        features = iter(
            together_or_one_by_one(
                partial(_compute, classify.model, run), samples
            )
        )
        for video, sample in zip(batch, read):
            if isinstance(sample, StNetInputError):
                yield video, sample
                continue
            found = next(features)
            if isinstance(found, StNetInputError):
                found = StNetInputError(f'{video}: {found}')
            yield video, found


def _read(classify: VideoClassifier, video: str) -> dict | StNetInputError:
    """The sample of a video, or why there is none."""
    try:
        return classify.read(video)
    except StNetInputError as error:
        return error


@torch.no_grad()
def _compute(
    model: StNetRecognizer,
    run: Callable[[list[Tensor]], Tensor],
    samples: Sequence[dict],
) -> list[Tensor]:
    data = {key: [sample[key] for sample in samples] for key in samples[0]}
    inputs = model.data_preprocessor(data, False)['inputs']
    views = model.run_views(inputs, run, crop=True)
    # [B*V, ...] -> [B, V, ...] -> [B, ...]
    return [*views.unflatten(0, (len(samples), -1)).mean(dim=1).float().cpu()]


def _feature_of(
    model: StNetRecognizer, kind: str
) -> Callable[[list[Tensor]], Tensor]:
    """What computes features of clips, each [T*N, 3, H, W]."""
    if not isinstance(model, StNetRecognizer):
        raise StNetInputError(
            f'{type(model).__name__}: features are taken from a '
            "StNetRecognizer; for other networks MMAction2's FeatureHead does "
            'it'
        )
    head = model.cls_head
    if kind != 'trunk' and not isinstance(head, TXBHead):
        raise StNetInputError(
            f'{type(head).__name__} has no temporal Xception block: choose '
            "the feature 'trunk'"
        )

    def run(clips: list[Tensor]) -> Tensor:
        num_segments = len(clips[0]) // model.backbone.num_frames
        x = model.feature_maps(clips, num_segments)
        x = pool(x, num_segments)  # [B, T, C]
        if kind == 'trunk':
            return x
        if kind == 'txb_max':
            return head.join(x)
        # [B, D, T] -> [B, T, D]
        return head.over_time(x).transpose(1, 2)

    return run
