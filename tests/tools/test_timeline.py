from __future__ import annotations

import json
import os
import re
import shutil
from itertools import cycle, islice

import numpy as np
import pytest

from stnet_mm.apis import VideoClassifier
from stnet_mm.timeline import make_timeline
from stnet_runtime.frame_stream import FrameStream

from ..odd_videos import write_damaged
from ..streams import texture
from ..videos import write_images
from .conftest import fail_tool, run_tool
from .processes import run_quickly

LOSSLESS = ('libx264rgb', {'qp': '0'}, 'rgb24')


@pytest.fixture(scope='module')
def video(workshop):
    path = workshop / 'long.mp4'
    images = islice(cycle([*texture(24, 40, 44)]), 130)
    write_images(path, images, *LOSSLESS)
    return path


def test_windows_are_seen_as_videos(workshop, checkpoint, video, tmp_path):
    classify = VideoClassifier(
        str(workshop / 'config.py'), str(checkpoint), 'cpu'
    )
    # T = 2 segments of 12 frames, at 12 per second.
    timeline = make_timeline(classify, video, window=2, stride=1)
    assert timeline.starts.tolist() == [*range(9)]
    np.testing.assert_allclose(timeline.ends, timeline.starts + 2)
    assert timeline.scores.shape == (9, 3)
    assert not timeline.unknown.any()
    with FrameStream(video) as stream:
        images = [stream.to_rgb(frame) for _, frame in stream]
    for number in (0, 4, 8):
        part = tmp_path / f'{number}.mp4'
        write_images(part, images[12 * number :][:24], *LOSSLESS)
        np.testing.assert_allclose(
            timeline.scores[number], classify(part).numpy(), atol=1e-5
        )


def test_files(workshop, checkpoint, video):
    out = run_tool(
        *('timeline', 'config.py', checkpoint, video),
        *('--window', '2s', '--stride', 1, '--high', 0.1, '--low', 0.1),
        *(
            '--out',
            'timelines/a.json',
            'timelines/a.csv',
            'timelines/a.srt',
            'timelines/a.vtt',
        ),
        *('--html', 'timelines/a.html'),
        cwd=workshop,
    )
    content = json.loads((workshop / 'timelines' / 'a.json').read_text())
    assert len(content['windows']) == 9
    segments = content['segments']
    assert segments[0]['start'] == 0
    assert len(out.splitlines()) == len(segments)
    assert segments[0]['label'] in out
    lines = (workshop / 'timelines' / 'a.csv').read_text().splitlines()
    assert len(lines) == len(segments) + 1
    for name in ('a.srt', 'a.vtt'):
        text = (workshop / 'timelines' / name).read_text()
        assert text.count('-->') == len(segments)
    page = (workshop / 'timelines' / 'a.html').read_text()
    data = json.loads(re.search('id="data">(.*?)</script>', page)[1])
    assert data['segments'] == segments
    assert data['stride'] == pytest.approx(1)
    assert data['probable']
    # Browsers do not play its colors: the page has a copy, and beside it is
    # none.
    assert 'src="data:video/mp4;base64,' in page
    assert len([*(workshop / 'timelines').iterdir()]) == 5


def test_a_damaged_video(workshop, checkpoint, video):
    write_damaged(video, workshop / 'damaged.mp4', 100)
    args = ('--window', 2, '--high', 0.1, '--low', 0.1)
    files = ('--out', 'out/cut.json', 'out/cut.csv')
    error = fail_tool(
        *('timeline', 'config.py', checkpoint, 'damaged.mp4', *args, *files),
        cwd=workshop,
    )
    assert 'damaged.mp4: it is damaged after' in error
    content = json.loads((workshop / 'out' / 'cut.json').read_text())
    windows = content['windows']
    assert 0 < len(windows) < 9
    assert f'only of its {len(windows)} windows before' in error
    assert content['fault'] in error
    assert (workshop / 'out' / 'cut.csv').is_file()


def test_a_name_of_other_bytes(workshop, checkpoint, video):
    name = os.fsdecode(b'caf\xe9.mp4')
    shutil.copy(video, workshop / name)
    run_tool(
        *('timeline', 'config.py', checkpoint, name),
        *('--window', 2, '--out', 'out/other.json'),
        cwd=workshop,
    )
    content = json.loads((workshop / 'out' / 'other.json').read_text())
    assert content['video'] == name


def test_what_is_checked_before_the_pass(workshop, checkpoint):
    # The video would be found to be missing otherwise.
    args = ('timeline', 'config.py', checkpoint, 'gone.mp4')
    for option in ('--out', '--html'):
        error = fail_tool(*args, option, 'config.py/a.json', cwd=workshop)
        assert 'config.py' in error
        assert 'gone.mp4' not in error
    error = fail_tool(*args, '--out', 'x' * 300 + '.csv', cwd=workshop)
    assert 'name too long' in error
    status, _, err = run_quickly(
        *args, '--low', 0.6, '--high', 0.5, cwd=workshop
    )
    assert status == 2
    assert '--low 0.6 is above --high 0.5' in err


def test_errors(workshop, checkpoint, video):
    args = ('timeline', 'config.py', checkpoint)
    error = fail_tool(*args, video, '--window', 20, cwd=workshop)
    assert 'long.mp4: it is shorter than a window of 20 s' in error
    error = fail_tool(*args, 'gone.mp4', cwd=workshop)
    assert 'gone.mp4: it cannot be read' in error
    status, _, err = run_quickly(
        *args, video, '--out', 'out/a.txt', cwd=workshop
    )
    assert status == 2
    assert 'end it in .json' in err
    status, _, err = run_quickly(
        *args, 'https://host/a.mp4', '--html', 'out/a.html', cwd=workshop
    )
    assert status == 2
    assert 'download it first' in err


def test_logits_are_no_probabilities(workshop, checkpoint, video):
    config = workshop / 'logits.py'
    config.write_text(
        (workshop / 'config.py').read_text()
        + "\nmodel['cls_head']['average_clips'] = 'score'\n"
    )
    error = fail_tool('timeline', config, checkpoint, video, cwd=workshop)
    assert 'logits.py gives no probabilities' in error
    assert "average_clips='prob'" in error
