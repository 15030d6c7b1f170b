"""Frames as they come, and as they do not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.config import Config

from stnet_mm.apis.inference import Prediction
from stnet_mm.errors import StNetInputError
from stnet_mm.models.scores import average_views
from stnet_mm.timeline import StreamClassifier

from ..models.tiny import tiny_recognizer, warm_up

PIPELINE = [
    dict(type='StNetVideoInit'),
    dict(type='StNetSampleFrames', clip_len=3, num_clips=4, test_mode=True),
    dict(type='StNetVideoDecode'),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackActionInputs'),
]


@pytest.fixture(scope='module')
def classify():
    model = tiny_recognizer(test_cfg=dict(crops='center', crop_size=32))
    warm_up(model, images=12)
    model.cfg = Config(
        dict(
            model=dict(test_cfg=dict(crops='center', crop_size=32)),
            test_dataloader=dict(
                dataset=dict(type='VideoDataset', pipeline=PIPELINE)
            ),
        )
    )

    def judge(views):
        return Prediction(average_views(model.cls_head, views), False)

    return SimpleNamespace(model=model, classes=[*'abcdef'], judge=judge)


def noise(frames: int, size=(36, 40), seed=0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (frames, *size, 3), np.uint8)


def push_all(stream, images, start=0.0, fps=10.0):
    found = []
    for i, image in enumerate(images):
        prediction = stream.push(image, start + i / fps)
        if prediction is not None:
            found.append((i, prediction))
    return found


def expected(model, images):
    clip = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = model.classify_views([clip], crop=True)
    return average_views(model.cls_head, logits)


def test_windows_of_segments(classify):
    # Segments of 0.5 s: 5 frames, of which the network sees the middle ones.
    stream = StreamClassifier(classify, window=2, stride=1, fps=10)
    images = noise(41)
    found = push_all(stream, images)
    # As soon as the last segment's third frame is there.
    assert [i for i, _ in found] == [18, 28, 38]
    for i, prediction in found:
        first = i - 18
        assert prediction.start == pytest.approx(first / 10)
        assert prediction.end == pytest.approx(i / 10)
        seen = [images[first + 5 * k + j] for k in range(4) for j in (1, 2, 3)]
        torch.testing.assert_close(
            prediction.scores, expected(classify.model, seen)
        )
    assert stream.repeated == stream.restarts == 0


def test_a_slow_camera(classify):
    stream = StreamClassifier(classify, window=2, stride=0.5, fps=10)
    images = noise(9)
    # Two frames for each segment, of which the first comes too early.
    found = push_all(stream, images, fps=4)
    assert [i for i, _ in found] == [8]
    assert stream.repeated == 8
    seen = [images[2 * k + 1] for k in range(4) for _ in range(3)]
    torch.testing.assert_close(
        found[0][1].scores, expected(classify.model, seen)
    )


@pytest.mark.parametrize('jump', [-100.0, 0.6, 100.0])
def test_times_that_jump(classify, jump):
    stream = StreamClassifier(classify, window=2, stride=1, fps=10)
    images = noise(38)
    assert len(push_all(stream, images[:19])) == 1
    found = push_all(stream, images[19:], start=1.8 + jump)
    assert [i for i, _ in found] == [18]
    assert stream.restarts == 1


def test_another_size(classify):
    stream = StreamClassifier(classify, window=2, stride=1, fps=10)
    assert push_all(stream, noise(15)) == []
    found = push_all(stream, noise(19, (40, 36)), start=1.5)
    assert [i for i, _ in found] == [18]
    assert stream.restarts == 1


def test_errors(classify):
    with pytest.raises(StNetInputError, match='no stride above the window'):
        StreamClassifier(classify, window=1, stride=2)
    stream = StreamClassifier(classify)
    for wrong in (np.zeros((3, 36, 40), np.uint8), np.zeros((36, 40, 3))):
        with pytest.raises(StNetInputError, match='a frame must be'):
            stream.push(wrong, 0.0)
