"""Localization: maps of trained networks against the acting object's boxes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.runner import Runner
from torch import Tensor
from torch.nn.functional import interpolate

from stnet_mm.apis.inference import load_recognizer
from stnet_mm.datasets.ordered_actions import make_dataset
from stnet_mm.explain import ClassMaps, box_mask, energy_in_box, pointing_hits

from .run import AfterTraining
from .scale import Scale
from .training import configure


@dataclass(frozen=True)
class LocalizationRun(AfterTraining):
    """The maps of one trained network.

    Attributes:
        model (str): As in ``Run``; so are the others but ``layer``.
        layer (str): Layer of the trunk, ``'layer2'`` or the like.
        method (str): How maps are made, as in ``ClassMaps``. Defaults to
            ``'gradcam'``.
        level (int): Level of the data set. Defaults to 4.
        lr (float): Learning rate of the training. Defaults to 0.003.
        seed (int): Seed of the training. Defaults to 0.
        epochs (int): Epochs of the training. Defaults to 6.
    """

    model: str
    layer: str
    method: str = 'gradcam'
    level: int = 4
    lr: float = 0.003
    seed: int = 0
    epochs: int = 6

    @property
    def name(self) -> str:
        """A name for people."""
        return f'{self.trained.name}, {self.method} of {self.layer}'


LOCALIZATION = tuple(
    LocalizationRun(model, layer, method, seed=seed)
    for method in ('gradcam', 'layercam')
    for layer in ('layer1', 'layer2', 'layer3')
    for model in ('stnet', 'average', 'tsn')
    for seed in (0, 1, 2)
)


def localize(
    run: LocalizationRun,
    configs: Path,
    data: Path,
    weights: Path,
    scale: Scale,
) -> dict:
    """Score the maps of the test videos' own classes.

    Each of the frames that the network sees is scored with the map of the
    super-image (or frame) that it is in, scaled to the frame's size.

    Args:
        run (LocalizationRun): Which network, layer and method.
        configs (Path): The folder ``configs``.
        data (Path): Folder of the level's data set.
        weights (Path): Checkpoint of the training.
        scale (Scale): Size of data and network.

    Returns:
        dict: Plain data: the run, the data's fingerprint, means over the
        frames of the test videos, and what a random point of the frame
        (``share_of_frame``) or its center (``center``) would give.

    Raises:
        StNetInputError: If the checkpoint does not fit.
    """
    settings = scale.settings(run.level)
    make_dataset(data, settings, progress=False)
    cfg = configure(run.trained, configs, data, scale)
    model, _ = load_recognizer(cfg, str(weights), 'cpu')
    maps = ClassMaps(model, f'backbone.{run.layer}', run.method)
    scores = [
        torch.stack(score(maps, batch, boxes))
        for batch, boxes in batches(cfg, data)
    ]
    # [4, videos]
    pointing, energy, share, center = torch.cat(scores, dim=1).mean(1).tolist()
    return dict(
        run=run.to_dict(),
        data=settings.fingerprint(),
        pointing=pointing,
        energy=energy,
        share_of_frame=share,
        center=center,
        videos=sum(len(part[0]) for part in scores),
    )


def batches(cfg: Config, data: Path) -> Iterator[tuple[dict, Tensor]]:
    """The test videos, and the boxes in the frames that are seen of them.

    Args:
        cfg (Config): Config of a run.
        data (Path): Folder of the data set.

    Yields:
        tuple[dict, Tensor]: A batch, and boxes in pixels of the crop,
        [B, M, 4].
    """
    pack = cfg.test_dataloader.dataset.pipeline[-1]
    pack.meta_keys = ('filename', 'frame_inds', 'crop_bbox')
    text = (data / 'annotations_test.json').read_text(encoding='utf-8')
    found = {video['file']: video['boxes'] for video in json.loads(text)}
    for batch in Runner.build_dataloader(cfg.test_dataloader):
        boxes = []
        for sample in batch['data_samples']:
            file = str(Path(sample.filename).relative_to(data))
            left, top = sample.crop_bbox[:2]
            whole = torch.tensor(found[file])[sample.frame_inds]
            boxes.append(whole - torch.tensor([left, top, left, top]))
        yield batch, torch.stack(boxes)


def score(
    maps: ClassMaps, batch: dict, boxes: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Score the maps of a batch.

    Args:
        maps (ClassMaps): Computes them.
        batch (dict): The batch.
        boxes (Tensor): Boxes in pixels of the crop, [B, M, 4].

    Returns:
        tuple[Tensor, Tensor, Tensor, Tensor]: Means over the frames of each
        video, [B]: hits of the pointing game, energy in the box, share of the
        frame that the box takes, and whether the center is in the box.
    """
    labels = torch.cat([s.gt_label for s in batch['data_samples']])
    size = tuple(batch['inputs'][0].shape[-2:])
    # [B, S, h, w] -> [B, S, H, W]
    scaled = interpolate(
        maps(batch, labels).maps, size, mode='bilinear', align_corners=False
    )
    # The map of a super-image is that of each of its frames:
    # [B, S, H, W] -> [B, M, H, W]
    scaled = scaled.repeat_interleave(boxes.shape[1] // scaled.shape[1], dim=1)
    masks = box_mask(boxes, size)
    center = masks[..., size[0] // 2, size[1] // 2]
    figures = (
        pointing_hits(scaled, masks),
        energy_in_box(scaled, masks),
        masks.float().mean(dim=(-2, -1)),
        center,
    )
    return tuple(figure.float().mean(dim=1) for figure in figures)
