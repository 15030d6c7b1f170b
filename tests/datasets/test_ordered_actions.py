import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import av
import numpy as np
import pytest

from stnet_mm.datasets.ordered_actions import (
    CLASS_NAMES,
    LEVELS,
    PAIRS,
    Settings,
    counterpart,
    make_dataset,
    render_video,
)
from stnet_mm.errors import StNetInputError

TINY = dict(train=8, val=8, test=8, num_frames=16, size=(40, 40))


def frame_counts(frames):
    return Counter(frame.tobytes() for frame in frames)


def pair_id(pair):
    return pair.name


@pytest.mark.parametrize('level', LEVELS)
@pytest.mark.parametrize('pair', PAIRS, ids=pair_id)
def test_counterparts_hold_the_same_frames(pair, level):
    for seed in range(3):
        (one, boxes), (two, others) = (
            render_video(name, seed, level) for name in pair.classes
        )
        assert one.shape == (48, 80, 80, 3)
        assert one.dtype == np.uint8
        assert frame_counts(one) == frame_counts(two)
        assert not np.array_equal(one, two)
        # The boxes go along with the frames.
        order = np.arange(48)
        order = order[::-1] if pair.kind == 'local' else np.roll(order, 24)
        assert np.array_equal(one[order], two)
        assert np.array_equal(boxes[order], others)


@pytest.mark.parametrize('pair', PAIRS, ids=pair_id)
def test_order_shows_where_it_should(pair):
    """Local pairs differ between frames, global ones between halves."""
    for seed in range(3):
        one, two = (
            render_video(name, seed)[0].astype(int) for name in pair.classes
        )
        steps = [
            Counter(step.tobytes() for step in np.diff(video, axis=0))
            for video in (one, two)
        ]
        shared = sum((steps[0] & steps[1]).values())
        if pair.kind == 'global':
            # All steps but the one across the middle are the same.
            assert shared >= 46
        else:
            # At rest for no step: every one shows the direction.
            assert shared == 0


@pytest.mark.parametrize('pair', PAIRS, ids=pair_id)
def test_something_moves_in_every_clip(pair):
    frames, _ = render_video(pair.classes[0], 5)
    change = np.abs(np.diff(frames.astype(int), axis=0)).max(axis=(1, 2, 3))
    # In no run of four frames (three steps) does all stand still.
    runs = np.lib.stride_tricks.sliding_window_view(change, 3).max(axis=1)
    assert (runs > 15).all()


@pytest.mark.parametrize('level', LEVELS)
@pytest.mark.parametrize('name', CLASS_NAMES)
def test_boxes_and_crops(name, level):
    frames, boxes = render_video(name, 3, level)
    assert boxes.shape == (48, 4)
    # Inside every corner crop of 8/9, hence in the middle 7/9.
    low, high = 80 / 9, 80 * 8 / 9
    assert (boxes[:, :2] >= low - 0.5).all()
    assert (boxes[:, 2:] <= high + 0.5).all()
    assert (boxes[:, 2:] - boxes[:, :2] > 4).all()
    if level == 1:
        # The acting object is all that differs from the plain background.
        for frame, (x1, y1, x2, y2) in zip(frames, boxes):
            ys, xs = np.nonzero((frame != frame[0, 0]).any(axis=2))
            assert xs.min() >= np.floor(x1)
            assert ys.min() >= np.floor(y1)
            assert xs.max() <= np.ceil(x2)
            assert ys.max() <= np.ceil(y2)


def test_seeds_and_levels():
    one, _ = render_video('grow', 1)
    assert np.array_equal(one, render_video('grow', 1)[0])
    assert not np.array_equal(one, render_video('grow', 2)[0])
    # A level changes what it adds, not the acting object.
    boxes = [render_video('grow', 1, level)[1] for level in (1, 2)]
    assert np.array_equal(*boxes)


def test_sides_are_drawn():
    """Mirror images are as likely: the first step of a shake."""
    first = [
        np.diff(render_video('shake_then_hop', seed)[1][:2, 0])[0] > 0
        for seed in range(40)
    ]
    assert 8 < sum(first) < 32


def test_data_set(tmp_path):
    settings = Settings(**TINY)
    assert make_dataset(tmp_path, settings, workers=2, progress=False) == {
        'train': 8,
        'val': 8,
        'test': 8,
    }
    classes = (tmp_path / 'classes.txt').read_text().split()
    scenes = {}
    for split in ('train', 'val', 'test'):
        lines = (tmp_path / f'{split}.txt').read_text().splitlines()
        listed = dict(line.split() for line in lines)
        videos = json.loads(
            (tmp_path / f'annotations_{split}.json').read_text()
        )
        assert {v['file']: str(v['label']) for v in videos} == listed
        assert Counter(listed.values()) == {str(i): 1 for i in range(8)}
        for video in videos:
            assert classes[video['label']] == video['action']
            assert video['counterpart'] in listed
            assert len(video['boxes']) == 16
            scenes.setdefault(split, set()).add(str(video['scene_seed']))
        with av.open(str(tmp_path / videos[0]['file'])) as container:
            stream = container.streams.video[0]
            assert stream.codec_context.name == 'h264'
            decoded = [
                f.to_ndarray(format='rgb24') for f in container.decode()
            ]
        rendered, _ = render_video(
            videos[0]['action'], videos[0]['scene_seed'], 1, 16, (40, 40)
        )
        error = np.abs(np.array(decoded).astype(int) - rendered)
        assert error.mean() < 6
    assert not scenes['train'] & scenes['val']
    assert not scenes['train'] & scenes['test']


def test_encoding_keeps_the_guarantee(tmp_path):
    """Decoded frames of counterparts are the same, too."""
    make_dataset(tmp_path, Settings(**TINY), workers=1, progress=False)
    videos = json.loads((tmp_path / 'annotations_test.json').read_text())
    for video in videos:
        counts = []
        for file in (video['file'], video['counterpart']):
            with av.open(str(tmp_path / file)) as container:
                counts.append(
                    frame_counts(
                        f.to_ndarray(format='rgb24')
                        for f in container.decode(video=0)
                    )
                )
        assert counts[0] == counts[1], video['file']


def test_resume_and_refuse(tmp_path):
    settings = Settings(**TINY)
    make_dataset(tmp_path, settings, workers=1, progress=False)
    videos = sorted((tmp_path / 'train').iterdir())
    before = {v: v.stat().st_mtime_ns for v in videos}
    gone = videos[3].read_bytes()
    videos[3].unlink()
    listed = (tmp_path / 'train.txt').read_text()
    (tmp_path / 'train.txt').unlink()
    make_dataset(tmp_path, settings, workers=1, progress=False)
    # Made again, byte by byte; the others were kept.
    assert videos[3].read_bytes() == gone
    changed = [v for v in videos if v.stat().st_mtime_ns != before[v]]
    assert changed == [videos[3]]
    assert (tmp_path / 'train.txt').read_text() == listed

    with pytest.raises(StNetInputError, match='level 1, not 2'):
        make_dataset(tmp_path, Settings(level=2, **TINY))
    other = tmp_path / 'other'
    other.mkdir()
    (other / 'thesis.tex').write_text('mine')
    with pytest.raises(StNetInputError, match='not empty'):
        make_dataset(other, settings)


@pytest.mark.parametrize(
    ('wrong', 'message'),
    [
        (dict(level=6), 'choose one of 1, 2, 3, 4, 5'),
        (dict(pairs=('dance',)), "'dance'.*'sweep', 'size'"),
        (dict(num_frames=15), '15 frames'),
        (dict(size=(41, 40)), '41x40'),
        (dict(train=-1), 'must not be negative'),
        (dict(seed=-1), 'seed'),
    ],
)
def test_wrong_settings(wrong, message):
    with pytest.raises(StNetInputError, match=message):
        Settings(**wrong)


def test_counterpart():
    assert counterpart('sweep_up') == 'sweep_down'
    assert counterpart(counterpart('grow')) == 'grow'
    with pytest.raises(StNetInputError, match='unknown action'):
        counterpart('dance')


AFTER_OPENCV = """
import cv2, numpy, sys
from stnet_mm.datasets.ordered_actions import Settings, make_dataset
cv2.setNumThreads(4)
cv2.GaussianBlur(numpy.zeros((2000, 2000, 3), numpy.uint8), (9, 9), 2)
settings = Settings(train=8, val=0, test=0, num_frames=12, size=(40, 40))
print(make_dataset(sys.argv[1], settings, workers=2, progress=False))
print(cv2.getNumThreads())
"""


def test_after_opencv_has_started_threads(tmp_path):
    # Threads are not forked: processes that wait for them wait forever.
    out = subprocess.run(
        [sys.executable, '-c', AFTER_OPENCV, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    ).stdout.splitlines()
    assert out == ["{'train': 8}", '4']


KILLED = """
import os, sys, time
from stnet_mm.datasets.ordered_actions import Settings, make_dataset
os.register_at_fork(
    after_in_child=lambda: time.sleep(float(sys.argv[2])),
    after_in_parent=lambda: print('forked', flush=True),
)
make_dataset(sys.argv[1], Settings(), workers=2, progress=False)
"""


@pytest.mark.parametrize('delay', [0, 2], ids=['working', 'starting'])
def test_no_process_outlives_a_killed_one(tmp_path, delay):
    process = subprocess.Popen(
        [sys.executable, '-c', KILLED, str(tmp_path), str(delay)],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        process.stdout.readline()
        while not delay and not list(tmp_path.glob('train/*.mp4')):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        # The workers have this pipe, too: it ends with the last of them.
        process.communicate(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
