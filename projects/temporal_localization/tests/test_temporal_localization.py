"""On tiny videos and networks."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from projects.temporal_localization.costs import count_costs
from projects.temporal_localization.evaluation import Setting, evaluate
from projects.temporal_localization.joining import (
    Clip,
    Part,
    join_clips,
    order_clips,
)
from projects.temporal_localization.measures import (
    frame_accuracy,
    mean_average_precision,
)
from projects.temporal_localization.memory import peak_memory, repeat_video
from projects.temporal_localization.page import (
    MARKS,
    PAGE,
    insert_table,
    make_table,
)
from stnet_mm.apis import VideoClassifier
from stnet_mm.timeline import Segment, Timeline
from stnet_runtime.video_reader import VideoReader
from tests.apis.tiny_files import write_recognizer
from tests.videos import write_images


def shades(values, size=(36, 44)):
    return (np.full((*size, 3), value, np.uint8) for value in values)


def write_clips(folder: Path, count: int) -> list[Clip]:
    """Clips of one gray each, of 12 frames and 1 second."""
    clips = []
    for i in range(count):
        path = folder / f'{i}.mp4'
        write_images(path, shades([20 + 30 * i] * 12))
        clips.append(Clip(str(path), f'class {i % 3}'))
    return clips


def test_neighbors_differ():
    clips = [Clip(str(i), 'abc'[i % 3]) for i in range(15)]
    clips += [Clip(f'more {i}', 'a') for i in range(4)]
    for seed in range(5):
        found = order_clips(clips, seed)
        assert sorted(found) == sorted(clips)
        labels = [clip.label for clip in found]
        assert all(a != b for a, b in zip(labels, labels[1:]))
        assert found == order_clips(clips, seed)
    assert order_clips(clips, 0) != order_clips(clips, 1)
    assert len(order_clips([Clip('x', 'a')] * 3, 0)) == 3


def test_joined_clips_last_as_long_as_before(tmp_path):
    clips = write_clips(tmp_path, 3)
    # At half the rate, and of another size.
    slow = tmp_path / 'slow.mp4'
    times = [*range(0, 1000, 167)]
    write_images(slow, shades([200] * 6, (40, 60)), times=times)
    clips.append(Clip(str(slow), 'class 0'))
    parts = join_clips(clips, tmp_path / 'joined.mp4', fps=24)
    for i in range(3):
        assert parts[i] == Part(i, i + 1, f'class {i}')
    assert parts[3].start == 3
    assert parts[3].end == pytest.approx(4, abs=0.1)
    with VideoReader(str(tmp_path / 'joined.mp4')) as reader:
        assert reader.fps == pytest.approx(24)
        assert len(reader) == round(parts[3].end * 24)
        frames = reader.get_frames(range(len(reader)))
    assert {frame.shape for frame in frames} == {(36, 44, 3)}
    parts_by_frame = join_clips(clips, tmp_path / 'b.mp4', 24, False)
    assert [part.end * 24 for part in parts_by_frame] == [12, 24, 36, 42]
    for part, value in zip(parts, (20, 50, 80, 200)):
        shown = frames[round(part.start * 24) : round(part.end * 24)]
        np.testing.assert_allclose(shown, value, atol=4)


def test_average_precision():
    truth = {
        'v': [Part(0, 10, 'a'), Part(10, 20, 'b'), Part(20, 30, 'a')],
        'w': [Part(0, 10, 'b')],
    }
    exact = {
        video: [Segment(*part, 0.9) for part in parts]
        for video, parts in truth.items()
    }
    assert mean_average_precision(exact, truth, (0.3, 0.5)) == [1, 1]
    assert mean_average_precision({}, truth, (0.3,)) == [0]
    found = {
        'v': [
            Segment(0, 10, 'a', 0.9),
            Segment(1, 9, 'a', 0.8),  # a second one of the same part
            Segment(20, 24, 'a', 0.7),  # overlaps by 0.4
        ]
    }
    # Of a: precision 1 up to recall 1/2, then 2/3 up to 1, or none.
    of_a = (1 / 2 + 2 / 3 / 2, 1 / 2)
    np.testing.assert_allclose(
        mean_average_precision(found, truth, (0.3, 0.5)),
        [value / 2 for value in of_a],
        rtol=1e-6,
    )


def test_frames_that_are_right():
    scores = np.array([[0.9, 0.1], [0.2, 0.8]])
    timeline = Timeline(
        *('v', ('a', 'b'), np.array([0.0, 1.0]), np.array([1.0, 2.0])),
        *(scores, np.zeros(2, bool)),
    )
    parts = [Part(0, 1.5, 'a'), Part(1.5, 2.5, 'b')]
    # The last half of a second is in no window.
    assert frame_accuracy(timeline, parts, fps=10) == (15, 25)


def test_windows_that_share_and_those_that_do_not(tmp_path):
    classify = VideoClassifier(*write_recognizer(tmp_path), 'cpu')
    setting = Setting(
        window=2.0, stride=0.5, fps=12, clips_per_video=3, seed=1
    )
    record = evaluate(classify, write_clips(tmp_path, 6), setting, tmp_path)
    assert (record['videos'], record['clips']) == (2, 6)
    assert record['seconds'] == 6
    # Of each 3 s: windows at 0, 0.5 and 1 s.
    assert record['windows'] == 6
    assert record['largest_difference'] < 1e-4
    assert (
        record['shared']['frame_accuracy'] == (record['cut']['frame_accuracy'])
    )
    costs = record['macs_per_second']
    assert costs['trunk'] == pytest.approx(costs['single_pass'])
    assert costs['trunk'] < costs['whole'] < costs['cut']


def test_what_is_shared_is_counted(tmp_path):
    classify = VideoClassifier(*write_recognizer(tmp_path), 'cpu')
    path = tmp_path / 'video.mp4'
    write_images(path, shades([50] * 60))
    every, some = (
        count_costs(classify, path, 2.0, stride) for stride in (0.5, 2.0)
    )
    assert every.trunk == some.trunk
    # 7 windows in place of 2, of 4 segments each; the 10 super-images of the
    # video are passed once.
    assert every.cut == pytest.approx(some.cut * 7 / 2)
    assert every.whole - every.trunk == pytest.approx(
        (some.whole - some.trunk) * 7 / 2
    )


def test_repeated_videos(tmp_path):
    source, path = tmp_path / 'source.mp4', tmp_path / 'long.mp4'
    write_images(source, shades(range(0, 240, 10)), options={'g': '6'})
    repeat_video(source, path, 5)
    with VideoReader(str(path)) as reader:
        assert len(reader) == 60
        frames = reader.get_frames(range(60))
        gaps = np.diff(reader.frame_times)
    np.testing.assert_allclose(gaps, 1 / 12, atol=1e-3)
    for i, frame in enumerate(frames):
        assert abs(frame.mean() - i % 24 * 10) < 5
    with av.open(str(source)) as container:
        assert container.streams.video[0].frames == 24


def test_memory_of_a_process(tmp_path):
    config, checkpoint = write_recognizer(tmp_path)
    config.dump(str(tmp_path / 'config.py'))
    path = tmp_path / 'video.mp4'
    write_images(path, shades([50] * 48))
    peak = peak_memory(str(tmp_path / 'config.py'), checkpoint, path, 2, 1)
    assert 100 < peak < 4000


def test_the_table(tmp_path):
    record = dict(
        data='ordered',
        setting=dict(window=2.0, stride=0.5, clips_per_video=30),
        videos=4,
        classes=8,
        seconds=240.0,
        largest_difference=2e-6,
        macs_per_second=dict(trunk=1e8, single_pass=1e8, whole=2e8, cut=6e8),
        peak_mib={'1': 500.4, '20': 501.2},
    )
    for way, value in (('shared', 0.5), ('cut', 0.25)):
        record[way] = dict(
            mean_average_precision=[value, value / 2],
            frame_accuracy=value,
            processor_seconds=24 * value,
        )
    other = dict(record, shared=dict(record['shared'], frame_accuracy=0.7))
    table = make_table([record, other])
    rows = dict(
        line.strip('| ').split(' | ') for line in table.split('\n')[2:]
    )
    assert rows['frame accuracy'] == '60.0 ± 10.0'
    assert rows['mAP at IoU 0.5'] == '25.0 ± 0.0'
    assert rows['windows by themselves: mAP at 0.3'] == '25.0 ± 0.0'
    assert rows['processor time for a second of video'] == '50 ms'
    assert rows['scores differ at most by'] == '2.0e-06'
    assert rows['memory at most, for 1 and for 20 minutes'] == (
        '500 MiB and 501 MiB'
    )
    assert rows['of the whole network'] == '200 M'
    page = insert_table(f'a\n{MARKS[0]}\nold\n{MARKS[1]}\nz\n', table)
    assert page == f'a\n{MARKS[0]}\n{table}\n{MARKS[1]}\nz\n'
    text = PAGE.read_text(encoding='utf-8')
    assert [text.count(mark) for mark in MARKS] == [1, 1]
