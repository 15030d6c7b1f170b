import signal
import time

import pytest

from ..streams import texture
from ..videos import write_images, write_video
from .conftest import SHARED, fail_tool, run_tool
from .processes import finish, run_quickly, start_tool


def test_what_is_said(tmp_path):
    source = tmp_path / 'in'
    source.mkdir()
    for name in ('a.mp4', 'b.avi'):
        write_video(source / name, 3)
    write_video(source / 'small.mp4', 3, size=32)
    for i in range(4):
        (source / f'{i}.txt').write_text('')
    options = ('in', 'out', '--short-side', 32, '--workers', 1)
    lines = run_tool('resize_videos', *options, cwd=tmp_path).splitlines()
    assert lines == [
        'videos: 2 re-encoded, 1 copied, 0 finished before',
        'no videos, left out: 0.txt, 1.txt, 2.txt and 1 more',
        'now .mp4, to be changed where they are listed: b.avi',
    ]
    (source / 'bad.mp4').write_text('no video')
    status, out, err = run_quickly('resize_videos', *options, cwd=tmp_path)
    assert status == 1
    assert out.startswith('videos: 0 re-encoded, 0 copied, 3 finished before')
    (line,) = [line for line in err.splitlines() if 'error' in line]
    assert line.startswith('error: in/bad.mp4: Invalid data')


def test_wrong_input(tmp_path):
    (tmp_path / 'in').mkdir()
    write_video(tmp_path / 'in' / 'a.mp4', 3)
    for args, message in (
        (('none', 'out'), 'none: there is no such folder'),
        (('in/a.mp4', 'out'), 'in/a.mp4 is a file'),
        (('in', '.'), 'one inside of the other'),
        (('in', 'out', '--short-side', 31), 'short side 31'),
        # What nobody can write to, not even root.
        (('in', '/proc/out'), '/proc/out'),
    ):
        assert message in fail_tool('resize_videos', *args, cwd=tmp_path)


def test_interrupt_and_resume(tmp_path):
    (tmp_path / 'in').mkdir()
    write_video(tmp_path / 'in' / 'a.mp4', 3)
    # Minutes of work.
    big = tmp_path / 'in' / 'b.mp4'
    write_images(big, texture(40, 720, 1280), options={'preset': 'ultrafast'})
    for i in range(60):
        (tmp_path / 'in' / f'b{i}.mp4').symlink_to(big)
    options = ('in', 'out', '--workers', '2', '--short-side', '48')
    process = start_tool('resize_videos', *options, cwd=tmp_path)
    try:
        while not list(tmp_path.glob('out/*.mp4')):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        status, _, err = finish(process)
    finally:
        process.kill()
    assert status == 1
    assert 'interrupted' in err
    assert 'Traceback' not in err
    names = {path.name for path in (tmp_path / 'out').iterdir()}
    assert not [name for name in names if name.endswith('.tmp')]
    finished = len(names) - 1  # beside the record
    assert 0 < finished < 62
    for link in (tmp_path / 'in').glob('b?*.mp4'):
        link.unlink()
    out = run_tool('resize_videos', *options, cwd=tmp_path)
    assert 'finished before' in out
    assert {'a.mp4', 'b.mp4'} <= {p.name for p in tmp_path.glob('out/*.mp4')}


@pytest.mark.skipif(not SHARED.is_dir(), reason='shared/videos is not here')
def test_samples(tmp_path):
    """Real videos: the page about them is no video, and one is damaged."""
    status, out, err = run_quickly(
        'resize_videos', SHARED / 'videos', 'out', cwd=tmp_path
    )
    assert status == 1
    assert 'left out: README.md' in out
    # One becomes an MP4 file.
    failed = {path.stem for path in (SHARED / 'videos').iterdir()}
    failed -= {path.stem for path in (tmp_path / 'out').iterdir()}
    assert failed == {'README', 'corrupted'}
    assert err.count('error: ') == 1
    assert 'corrupted.mp4: ' in err
