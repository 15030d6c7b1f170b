"""Videos of which not all packets stay in memory."""

import io
import os
import subprocess
import sys
import threading
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_runtime import packet_store
from stnet_runtime.video_reader import VideoReader

from ..datasets.reading import check_any_frames, decode_all
from ..odd_videos import write_not_coded, write_same_times
from ..streams import FRAMES, STREAMS, texture, write_stream
from ..videos import write_images

MEGABYTE = 2**20


class CountingFile(io.BytesIO):
    """A file that counts the bytes that are read of it."""

    count = 0

    def read(self, size=-1):
        data = super().read(size)
        self.count += len(data)
        return data


@pytest.fixture
def keep_nothing(monkeypatch):
    monkeypatch.setattr(packet_store, 'KEPT_BYTES', 0)


@pytest.mark.parametrize('name', STREAMS)
def test_frames_that_are_read_again(tmp_path, name, keep_nothing):
    write_stream(tmp_path / name)
    check_any_frames(tmp_path / name, decode_all(tmp_path / name))


def test_odd_videos_that_are_read_again(tmp_path, keep_nothing):
    whole, path = tmp_path / 'whole.avi', tmp_path / 'dropped.mkv'
    write_images(whole, texture(), 'mpeg4', {'g': '24'})
    write_not_coded(whole, path, every=7)
    check_any_frames(path, decode_all(path))
    whole, path = tmp_path / 'whole.mp4', tmp_path / 'same.mp4'
    write_images(whole, texture(), options={'g': '12'})
    write_same_times(whole, path)
    check_any_frames(path, decode_all(path))


@pytest.mark.parametrize(
    'name', ['b_frames.mp4', 'xvid.avi', 'no_pyramid.mkv']
)
def test_only_what_is_wanted_is_read_again(tmp_path, name, keep_nothing):
    codec, options, pix_fmt = STREAMS[name]
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 255, (60, 240, 240, 3))
    options = {**options, 'g': '6'}
    write_images(path, noise.astype(np.uint8), codec, options, pix_fmt)
    file = CountingFile(path.read_bytes())
    with VideoReader(file) as reader:
        indexing, file.count = file.count, 0
        (image,) = reader.get_frames([50])
    np.testing.assert_array_equal(image, decode_all(path)[50])
    assert indexing >= path.stat().st_size * 0.9
    assert file.count < path.stat().st_size * 2 / 3


@pytest.mark.parametrize('good', [0, 1, 5])
def test_a_seek_that_leads_elsewhere(
    tmp_path, monkeypatch, keep_nothing, good
):
    path = tmp_path / 'video.mp4'
    write_images(path, texture(), options={'g': '12', 'bf': '0'})
    seek, seeks = packet_store.PacketStore._seek, []

    def lose_packets(store, number):
        found = seek(store, number)
        packets = store._following
        store._following = chain(
            islice(packets, good), islice(packets, 1, None)
        )
        seeks.append(number)
        return found

    monkeypatch.setattr(packet_store.PacketStore, '_seek', lose_packets)
    check_any_frames(path, decode_all(path))
    assert seeks


# In a process of its own: in another one freed memory may be used again.
MEMORY = """
import os, sys
from stnet_runtime import packet_store
from stnet_runtime.video_reader import VideoReader

def memory():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')

packet_store.KEPT_BYTES = int(sys.argv[2])
before = memory()
with VideoReader(sys.argv[1]) as reader:
    (image,) = reader.get_frames([149])
    print(len(reader), image.mean(), memory() - before)
"""


def test_memory_does_not_grow_with_the_video(tmp_path):
    if not Path('/proc/self/statm').exists():
        pytest.skip('no /proc here')
    path = tmp_path / 'large.avi'
    images = (np.full((512, 512, 3), i, np.uint8) for i in range(150))
    write_images(path, images, 'rawvideo')
    assert path.stat().st_size > 55 * MEGABYTE
    grown = []
    for kept in (MEGABYTE, packet_store.KEPT_BYTES):
        command = [sys.executable, '-c', MEMORY, path, str(kept)]
        out = subprocess.run(
            command, capture_output=True, check=True, timeout=100
        ).stdout
        length, mean, growth = map(float, out.split())
        assert length == 150
        assert abs(mean - 149) < 3
        grown.append(growth)
    assert grown[0] < 15 * MEGABYTE
    assert grown[1] > 25 * MEGABYTE


def test_a_pipe(tmp_path, keep_nothing):
    path = tmp_path / 'open_gop.ts'
    write_stream(path)
    source, sink = os.pipe()

    def write():
        with open(sink, 'wb') as file:
            file.write(path.read_bytes())

    writer = threading.Thread(target=write)
    writer.start()
    with open(source, 'rb') as file, VideoReader(file) as reader:
        writer.join()
        images = reader.get_frames([50, 3])
    expected = decode_all(path)
    np.testing.assert_array_equal(images, [expected[50], expected[3]])


@pytest.mark.skipif(not hasattr(os, 'mkfifo'), reason='no named pipes here')
def test_a_named_pipe(tmp_path, keep_nothing):
    path, pipe = tmp_path / 'open_gop.ts', tmp_path / 'pipe.ts'
    write_stream(path)
    os.mkfifo(pipe)
    writer = threading.Thread(
        target=lambda: pipe.write_bytes(path.read_bytes())
    )
    writer.start()
    with VideoReader(str(pipe)) as reader:
        writer.join()
        assert len(reader) == FRAMES
        (image,) = reader.get_frames([50])
    np.testing.assert_array_equal(image, decode_all(path)[50])


@pytest.mark.parametrize('length', [24, 60])
def test_a_file_that_changes(tmp_path, length, keep_nothing):
    path = tmp_path / 'video.mkv'
    write_images(path, texture(), options={'g': '12'})
    with VideoReader(str(path)) as reader:
        write_images(path, [*texture(length)][::-1], options={'g': '7'})
        with pytest.raises(StNetInputError, match='changes while it is read'):
            reader.get_frames([55])
