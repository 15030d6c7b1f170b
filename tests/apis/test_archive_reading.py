"""Processes that read videos, of which any may die."""

import os
import signal
from pathlib import Path

import pytest

from stnet_mm.apis.archive_reading import read_in_order
from stnet_mm.errors import StNetInputError

VIDEOS = [f'{i}.mp4' for i in range(9)]


def read(video):
    if video in ('2.mp4', '8.mp4'):
        os.kill(os.getpid(), signal.SIGKILL)
    if video == '3.mp4':
        raise StNetInputError('3.mp4: no video')
    return dict(inputs=video)


def test_what_kills_a_process_is_named(capsys):
    found = [*read_in_order(read, VIDEOS, 2)]
    assert len(found) == len(VIDEOS)
    for video, sample in zip(VIDEOS, found):
        if video in ('2.mp4', '8.mp4'):
            assert f'{video}: it kills the process' in str(sample)
            assert 'SIGKILL' in str(sample)
        elif video == '3.mp4':
            assert str(sample) == '3.mp4: no video'
        else:
            assert sample == dict(inputs=video)
    warnings = capsys.readouterr().err.splitlines()
    assert 'process that read 2.mp4 died (SIGKILL)' in warnings[0]


def test_memory_that_is_short_for_a_moment(tmp_path, capsys):
    def read_at_second_try(video):
        tried = Path(tmp_path, video)
        if video == '5.mp4' and not tried.exists():
            tried.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return dict(inputs=video)

    found = [*read_in_order(read_at_second_try, VIDEOS, 2)]
    assert found == [dict(inputs=video) for video in VIDEOS]
    assert 'process that read 5.mp4 died' in capsys.readouterr().err


def test_shared_memory_that_does_not_suffice(tmp_path):
    def read_alone(video):
        tried = Path(tmp_path, 'once')
        if not tried.exists():
            tried.touch()
            os.kill(os.getpid(), signal.SIGBUS)
        return dict(inputs=video)

    with pytest.raises(StNetInputError, match='shared memory.*--workers'):
        [*read_in_order(read_alone, VIDEOS, 1)]


def test_where_videos_are_read():
    def tell(video):
        return dict(pid=os.getpid())

    assert [*read_in_order(tell, ['a'], 0)] == [dict(pid=os.getpid())]
    assert [*read_in_order(tell, ['a'], 1)] != [dict(pid=os.getpid())]


def test_deaths_interrupt_nothing_else():
    handlers = []
    for _ in range(2):
        for _sample in read_in_order(lambda video: {}, ['a', 'b'], 1):
            handlers.append(signal.getsignal(signal.SIGCHLD))
        handlers.append(signal.getsignal(signal.SIGCHLD))
    # PyTorch's own, from its first loader on, is there again.
    during, after = handlers[3:5], handlers[2::3]
    assert during == [signal.SIG_DFL] * 2
    assert after[0] == after[1]
