"""A stream on this machine, as a camera would send it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from stnet_runtime import live_source
from stnet_runtime.errors import StNetInputError
from stnet_runtime.live_source import LiveSource

from ..videos import write_images, write_video

FPS = 25
ROOT = Path(__file__).parents[2]


def send(url: str, frames: int, fps: int = FPS) -> None:
    """Send a stream in real time; frame i has brightness about 2 * i."""
    with av.open(url, 'w', format='mpegts') as container:
        stream = container.add_stream('libx264', rate=FPS)
        stream.width = stream.height = 64
        stream.pix_fmt = 'yuv420p'
        stream.options = {'g': '5', 'tune': 'zerolatency', 'crf': '10'}
        begin = time.monotonic()
        for i in range(frames):
            image = np.full((64, 64, 3), 2 * i % 250, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            container.mux(stream.encode(frame))
            time.sleep(max(0.0, begin + i / fps - time.monotonic()))
        container.mux(stream.encode())


@contextmanager
def sending(port: int, *counts: int):
    """Send streams one after the other, with pauses of two seconds."""
    url = f'udp://127.0.0.1:{port}?pkt_size=1316'

    def run() -> None:
        for number, frames in enumerate(counts):
            time.sleep(2 if number else 0)
            send(url, frames)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def test_a_network_stream_that_stops_and_comes_back(port, monkeypatch):
    monkeypatch.setattr(live_source, 'FIRST_PAUSE', 0.2)
    source = LiveSource(f'udp://127.0.0.1:{port}', patience=1, give_up=6)
    found = []
    with sending(port, 75, 75), pytest.raises(
        StNetInputError, match=f'udp://127.0.0.1:{port}: no frame for'
    ):
        found.extend(source)
    # Some are over before it listens, at each beginning.
    assert 20 < len(found) <= 150
    times = [frame.time for frame in found]
    back = [a for a, b in zip(times, times[1:]) if b <= a]
    assert len(back) <= 1
    assert source.reconnects >= 1
    assert source.fps == FPS


def test_the_oldest_frames_are_dropped(tmp_path):
    write_video(tmp_path / 'video.mp4', 24)  # two seconds
    source = LiveSource(str(tmp_path / 'video.mp4'), waiting=4)
    frames = iter(source)
    first = next(frames)
    time.sleep(1)
    rest = [*frames]
    assert first.time == 0
    assert source.dropped > 3
    assert 1 + len(rest) + source.dropped == 24
    assert rest[-1].time == pytest.approx(23 / 12, abs=0.01)
    # Not before it is to be shown.
    assert rest[-1].arrived - first.arrived > 23 / 12 - 0.1


def test_what_never_starts(port, tmp_path, monkeypatch):
    monkeypatch.setattr(live_source, 'FIRST_PAUSE', 0.1)
    source = LiveSource(f'udp://127.0.0.1:{port}', patience=0.5, give_up=1)
    with pytest.raises(StNetInputError, match='no frame for'):
        next(iter(source))
    with pytest.raises(StNetInputError, match='gone.mp4: no frame for'):
        next(iter(LiveSource(str(tmp_path / 'gone.mp4'))))


class Clock:
    """A clock that goes on only while one sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(live_source, 'time', clock)
    return clock


def test_a_file_that_begins_late_and_jumps(tmp_path, clock):
    path = tmp_path / 'video.mkv'
    images = np.zeros((6, 64, 64, 3), np.uint8)
    times = [30_000, 30_100, 30_200, 130_200, 130_300, 133_300]
    write_images(path, images, 'mpeg4', times=times)
    found = [*LiveSource(str(path))]
    seconds = [frame.time for frame in found]
    assert seconds == pytest.approx([0, 0.1, 0.2, 100.2, 100.3, 103.3])
    # Neither the time before it nor the gap is waited for; a pause is.
    arrived = [frame.arrived for frame in found]
    assert arrived == pytest.approx([0, 0.1, 0.2, 0.2, 0.3, 3.3])


def test_pieces_that_were_joined_are_played(tmp_path, clock):
    write_video(tmp_path / 'piece.ts', 24)
    path = tmp_path / 'joined.ts'
    path.write_bytes(2 * (tmp_path / 'piece.ts').read_bytes())
    times = [frame.time for frame in LiveSource(str(path))]
    assert times == pytest.approx([i / 12 for i in range(48)], abs=1e-3)
    assert clock.now == pytest.approx(47 / 12, abs=1e-3)


@pytest.mark.parametrize('give_up', [10, 20, 60])
def test_it_gives_up_when_it_is_told_to(monkeypatch, clock, give_up):
    def refuse(self):
        raise OSError('Connection refused')

    monkeypatch.setattr(LiveSource, '_open', refuse)
    source = LiveSource('rtsp://host/a', give_up=give_up)
    with pytest.raises(
        StNetInputError, match=f'no frame for {give_up} s: Connection refused'
    ):
        next(iter(source))
    assert clock.now == pytest.approx(give_up)


def test_told_to_end_while_no_frame_comes(monkeypatch):
    monkeypatch.setattr(live_source, 'GRACE', 0.0)
    over, asked = threading.Event(), []

    def silence(self):
        over.wait(60)
        raise OSError('it says nothing')

    def stopped() -> bool:
        # Again and again, not only at first.
        asked.append(None)
        return len(asked) > 2

    monkeypatch.setattr(LiveSource, '_open', silence)
    source = LiveSource('rtsp://host/a', stopped=stopped)
    try:
        assert [*source] == []
    finally:
        source.close()
        over.set()


def test_python_ends_while_nothing_is_piped_in():
    program = (
        'from stnet_runtime.live_source import LiveSource\n'
        'assert [*LiveSource("-", stopped=lambda: True)] == []\n'
    )
    process = subprocess.Popen(
        [sys.executable, '-c', program],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        # As long as this end of the pipe is open.
        assert process.wait(60) == 0, process.stderr.read()
    finally:
        process.kill()
        process.communicate()


def test_closed(tmp_path):
    write_video(tmp_path / 'video.mp4', 24)
    source = LiveSource(str(tmp_path / 'video.mp4'))
    next(iter(source))
    source.close()
    assert [*source] == []
