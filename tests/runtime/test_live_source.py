"""A stream on this machine, as a camera would send it."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import av
import numpy as np
import pytest

from stnet_runtime import live_source
from stnet_runtime.errors import StNetInputError
from stnet_runtime.live_source import LiveSource

from ..videos import write_video

FPS = 25


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


def test_closed(tmp_path):
    write_video(tmp_path / 'video.mp4', 24)
    source = LiveSource(str(tmp_path / 'video.mp4'))
    next(iter(source))
    source.close()
    assert [*source] == []
