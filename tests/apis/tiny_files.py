"""A tiny recognizer on the disk, and videos for it."""

from __future__ import annotations

from pathlib import Path

import torch
from mmengine.config import Config

from ..models.tiny import tiny_backbone, tiny_recognizer

T, N = 4, 3


def write_recognizer(
    folder: Path, changes: dict | None = None, **meta: object
) -> tuple[Config, str]:
    """Its config, which crops, and its checkpoint."""
    model = tiny_recognizer()
    checkpoint = dict(state_dict=model.state_dict(), meta=meta)
    torch.save(checkpoint, folder / 'a.pth')
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(
            type='StNetSampleFrames',
            clip_len=N,
            num_clips=T,
            test_mode=True,
        ),
        dict(type='StNetVideoDecode'),
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs'),
    ]
    config = Config(
        dict(
            default_scope='mmaction',
            model=dict(
                type='StNetRecognizer',
                backbone=tiny_backbone(),
                cls_head=dict(
                    type='TXBHead',
                    in_channels=64,
                    num_classes=6,
                    txb_channels=32,
                    average_clips='prob',
                ),
                data_preprocessor=dict(
                    type='StNetDataPreprocessor',
                    mean=[123.675, 116.28, 103.53],
                    std=[58.395, 57.12, 57.375],
                ),
                test_cfg=dict(crops='ten', crop_size=32),
            ),
            test_dataloader=dict(dataset=dict(pipeline=pipeline)),
        )
    )
    config.merge_from_dict(changes or {})
    return config, str(folder / 'a.pth')
