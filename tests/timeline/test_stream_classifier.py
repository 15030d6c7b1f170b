"""Frames as they come, and as they do not."""

from __future__ import annotations

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.timeline import StreamClassifier

from .tiny_classifier import check_scores, make_classifier, noise


@pytest.fixture(scope='module')
def classify():
    return make_classifier()


def push_all(stream, images, start=0.0, fps=10.0):
    found = []
    for i, image in enumerate(images):
        prediction = stream.push(image, start + i / fps)
        if prediction is not None:
            found.append((i, prediction))
    return found


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
        check_scores(prediction.scores, classify.model, seen)
    assert stream.repeated == stream.restarts == 0


def test_a_slow_camera(classify):
    stream = StreamClassifier(classify, window=2, stride=0.5, fps=10)
    images = noise(9)
    # Two frames for each segment, of which the first comes too early.
    found = push_all(stream, images, fps=4)
    assert [i for i, _ in found] == [8]
    assert stream.repeated == 8
    seen = [images[2 * k + 1] for k in range(4) for _ in range(3)]
    check_scores(found[0][1].scores, classify.model, seen)


@pytest.mark.parametrize('jump', [-100.0, 2.1, 100.0])
def test_times_that_jump(classify, jump):
    stream = StreamClassifier(classify, window=2, stride=1, fps=10)
    images = noise(38)
    assert len(push_all(stream, images[:19])) == 1
    found = push_all(stream, images[19:], start=1.8 + jump)
    assert [i for i, _ in found] == [18]
    assert stream.restarts == 1


def test_segments_without_frames(classify):
    stream = StreamClassifier(classify, window=2, stride=0.5, fps=10)
    images = noise(30)
    assert [i for i, _ in push_all(stream, images[:20])] == [18]
    # Of two segments no frame came.
    found = push_all(stream, images[20:24], start=3)
    assert [i for i, _ in found] == [0, 3]
    assert stream.filled == 2
    assert stream.repeated == stream.restarts == 0
    first, second = (prediction for _, prediction in found)
    assert (first.start, first.end) == pytest.approx((1, 1.9))
    assert (second.start, second.end) == pytest.approx((1.5, 3.3))
    seen = [*images[11:14], *[*images[16:19]] * 3]
    check_scores(first.scores, classify.model, seen)
    seen = [*[*images[16:19]] * 3, *images[21:24]]
    check_scores(second.scores, classify.model, seen)


def test_a_camera_slower_than_segments(classify):
    # Segments of 0.5 s, and a frame each 0.6 s.
    stream = StreamClassifier(classify, window=2, stride=0.5, fps=10)
    images = noise(12)
    sparse = []
    found = 0
    for i, image in enumerate(images):
        found += stream.push(image, 0.6 * i) is not None
        sparse.append(stream.sparse)
    assert found == 8
    assert stream.restarts == 0
    assert stream.filled == 2
    # Said once it is no pause of one's own machine.
    assert sparse.index(True) == 3
    steady = StreamClassifier(classify, window=2, stride=0.5, fps=2)
    push_all(steady, images, fps=2)
    assert not steady.sparse


def test_times_that_do_not_increase(classify):
    stream = StreamClassifier(classify, window=2, stride=1, fps=10)
    images = noise(20)
    order = [0, 2, 1, 4, 3, 5, 5, *range(7, 20)]
    found = [stream.push(image, t / 10) for image, t in zip(images, order)]
    assert stream.restarts == 0
    (prediction,) = filter(None, found)
    assert prediction.end == pytest.approx(1.8)


def test_clips_that_reach_into_the_next_segment():
    classify = make_classifier(center='first_frame')
    # Segments of 5 frames of which the clip begins at the third; of 4, at
    # the second; of 3, where it ends in the next segment.
    images = noise(23)
    for segment, inside in ((5, 2), (4, 1), (3, 1)):
        window = 4 * segment / 10
        stream = StreamClassifier(classify, window, window, fps=10)
        found = push_all(stream, images)
        i, prediction = found[0]
        assert i == 3 * segment + inside + 2
        assert prediction.start == 0
        assert stream.repeated == 0
        seen = [
            images[segment * k + inside + j]
            for k in range(4)
            for j in range(3)
        ]
        check_scores(prediction.scores, classify.model, seen)


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
