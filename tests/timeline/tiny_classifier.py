"""A classifier with a tiny network, and frames for it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from mmengine.config import Config

from stnet_mm.apis.inference import Prediction
from stnet_mm.models.scores import average_views

from ..models.tiny import tiny_recognizer, warm_up

CENTER = dict(crops='center', crop_size=32)


def make_classifier(test_cfg=CENTER, steps=(), **sampling) -> SimpleNamespace:
    """T = 4 segments of N = 3 frames, six classes.

    Args:
        test_cfg (dict): Of the model.
        steps (Sequence[dict]): Of the test pipeline, after decoding.
        **sampling: Of ``StNetSampleFrames``.
    """
    sample = dict(clip_len=3, num_clips=4, test_mode=True, **sampling)
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(type='StNetSampleFrames', **sample),
        dict(type='StNetVideoDecode'),
        *steps,
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs'),
    ]
    # Probabilities of a network that has learned nothing are all 0 or 1.
    model = tiny_recognizer(test_cfg=test_cfg, average_clips='score')
    warm_up(model, images=12)
    model.cfg = Config(
        dict(
            model=dict(test_cfg=test_cfg),
            test_dataloader=dict(
                dataset=dict(type='VideoDataset', pipeline=pipeline)
            ),
        )
    )

    def judge(views):
        return Prediction(average_views(model.cls_head, views), False)

    return SimpleNamespace(model=model, classes=[*'abcdef'], judge=judge)


def noise(frames: int, size=(36, 40), seed=0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (frames, *size, 3), np.uint8)


def check_scores(found, model, images):
    """They are what the model by itself says of the frames."""
    clip = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = model.classify_views([clip], crop=True)
    expected = average_views(model.cls_head, logits)
    # Hundreds, which differ by tens from video to video.
    np.testing.assert_allclose(found, expected, atol=0.01)
