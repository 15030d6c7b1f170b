"""Networks whose answer is known: how red, green and blue a video is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from stnet_mm.apis import VideoClassifier

from ..models.tiny import tiny_backbone, tiny_recognizer
from ..videos import write_images

T, N = 2, 3
COLORS = ('red', 'green', 'blue')
# Frames of the video, seen ones included: StNet sees 3..5 and 15..17.
LENGTH, SIZE = 24, (96, 64)  # width, height


def wire(model: nn.Module) -> nn.Module:
    """Wire a tiny StNet so that class c is the mean of color c.

    Its feature maps have a value for each 8x8 pixels: the brightness of a
    color, summed over the N frames of a super-image.
    """
    head = dict(
        type='SegmentPoolHead',
        num_classes=3,
        in_channels=64,
        pool='mean',
        average_clips='prob',
    )
    model.cls_head = MODELS.build(head)
    stem = nn.Conv2d(3 * N, 64, 8, stride=8, bias=False)
    nn.init.zeros_(stem.weight)
    for color in range(3):
        # The same color of each of the N frames.
        stem.weight.data[color, color::3] = 1
    nn.init.zeros_(model.cls_head.fc_cls.weight)
    nn.init.zeros_(model.cls_head.fc_cls.bias)
    model.cls_head.fc_cls.weight.data[:, :3] = torch.eye(3)
    model.backbone.conv1.conv, model.backbone.conv1.bn = stem, nn.Identity()
    model.backbone.conv1.activate = nn.Identity()
    for name in ('maxpool', 'layer1', 'layer2', 'layer3'):
        setattr(model.backbone, name, nn.Identity())
    model.backbone.layer4 = nn.ReLU(inplace=True)
    return model.eval()


def wired_recognizer() -> nn.Module:
    """A recognizer of three colors."""
    return wire(tiny_recognizer(tiny_backbone(temporal_stages=())))


def wired_classifier(
    folder: Path, steps: list[dict] | tuple = (), test_cfg: dict | None = None
) -> VideoClassifier:
    """The same as a user has it: by config and checkpoint.

    Args:
        folder (Path): Where to write both.
        steps (list[dict]): What the test pipeline does after decoding.
        test_cfg (dict, optional): The recognizer's.
    """
    model = dict(
        type='StNetRecognizer',
        backbone=tiny_backbone(temporal_stages=()),
        cls_head=dict(
            type='TXBHead', num_classes=3, in_channels=64, txb_channels=8
        ),
        test_cfg=test_cfg,
    )
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(
            type='StNetSampleFrames', clip_len=N, num_clips=T, test_mode=True
        ),
        dict(type='StNetVideoDecode'),
        *steps,
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs'),
    ]
    config = Config(
        dict(
            default_scope='mmaction',
            model=model,
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
    folder.mkdir(exist_ok=True)
    config.dump(folder / 'config.py')
    state = tiny_recognizer(
        model['backbone'], num_classes=3, txb_channels=8
    ).state_dict()
    torch.save(dict(state_dict=state), folder / 'weights.pth')
    classify = VideoClassifier(
        str(folder / 'config.py'), str(folder / 'weights.pth'), 'cpu', COLORS
    )
    wire(classify.model)
    return classify


def write_patches(path: Path, flip: bool = False) -> None:
    """Write a video with a red patch at its start and a green one at its end.

    Red is at rows 8-16, columns 40-48 of the frames 0-11; green at rows
    48-56, columns 64-72 of the frames 12-23. ``flip`` mirrors them.
    """
    images = np.full((LENGTH, SIZE[1], SIZE[0], 3), 60, np.uint8)
    images[:12, 8:16, 40:48, 0] = 250
    images[12:, 48:56, 64:72, 1] = 250
    if flip:
        images = images[:, :, ::-1]
    write_images(
        path,
        np.ascontiguousarray(images),
        options={'crf': '1'},
        pix_fmt='yuv444p',
    )
