"""Videos whose containers count more frames than they have."""

from pathlib import Path

import av
import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_runtime.pictures import find_pictures
from stnet_runtime.video_reader import VideoReader

from ..datasets.reading import check_any_frames, decode_all
from ..odd_videos import (
    copy_packets,
    write_delayed,
    write_hidden,
    write_not_coded,
    write_packed,
)
from ..streams import FRAMES, texture
from ..videos import write_images

VIDEOS = Path(__file__).resolve().parents[3] / 'shared' / 'videos'
# Cut off or overwritten in the middle.
DAMAGED = ('corrupted.mp4',)


@pytest.fixture
def xvid(tmp_path):
    """An AVI file with B frames."""
    path = tmp_path / 'xvid.avi'
    options = {'g': '24', 'bf': '1'}
    write_images(path, texture(), 'mpeg4', options)
    return path


def count_packets(path):
    with av.open(str(path)) as container:
        return sum(p.size > 0 for p in container.demux(video=0))


def by_packets(path):
    """How many frames are counted without decoding them; None if unknown."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [p for p in container.demux(stream) if p.size]
        found = find_pictures(
            packets,
            stream.codec_context.name,
            container.format.name,
            stream.codec_context.extradata or b'',
        )
    return None if found is None else len(found)


@pytest.mark.parametrize('suffix', ['avi', 'mkv'])
@pytest.mark.parametrize('delay', [1, 2, 5])
def test_bytes_in_place_of_frames(tmp_path, xvid, delay, suffix):
    path = tmp_path / f'delayed.{suffix}'
    write_delayed(xvid, path, delay)
    assert count_packets(path) == FRAMES + delay
    assert by_packets(path) == FRAMES
    expected = decode_all(path)
    assert len(expected) == FRAMES
    check_any_frames(path, expected)


def test_packed_frames(tmp_path, xvid):
    path = tmp_path / 'packed.avi'
    write_packed(xvid, path)
    expected = decode_all(path)
    assert len(expected) == by_packets(path) == FRAMES
    check_any_frames(path, expected)


def test_packed_frames_of_which_one_is_lost(tmp_path, xvid):
    packed, path = tmp_path / 'packed.avi', tmp_path / 'lossy.avi'
    write_packed(xvid, packed)
    copy_packets(packed, path, lambda packets: packets[:20] + packets[21:])
    assert by_packets(path) is None
    check_any_frames(path, decode_all(path))


@pytest.mark.parametrize('frames', ['0', '1'], ids=['plain', 'b_frames'])
@pytest.mark.parametrize('suffix', ['avi', 'mp4', 'mkv'])
def test_frames_that_are_not_coded(tmp_path, suffix, frames):
    whole = tmp_path / 'whole.avi'
    write_images(whole, texture(), 'mpeg4', {'g': '24', 'bf': frames})
    path = tmp_path / f'dropped.{suffix}'
    write_not_coded(whole, path, every=7)
    assert count_packets(path) == FRAMES
    expected = decode_all(path)
    assert 40 < len(expected) < FRAMES - 5
    check_any_frames(path, expected)


def test_frames_that_are_hidden(tmp_path):
    whole, path = tmp_path / 'whole.webm', tmp_path / 'hidden.webm'
    write_images(whole, texture(), 'libvpx', {'g': '24', 'cpu-used': '5'})
    write_hidden(whole, path, every=7)
    assert count_packets(path) == FRAMES
    expected = decode_all(path)
    assert len(expected) == by_packets(path) == FRAMES - 8
    check_any_frames(path, expected)


def test_a_video_that_begins_amid_others(tmp_path, xvid):
    path = tmp_path / 'cut.avi'
    copy_packets(xvid, path, lambda packets: packets[30:])
    # The decoder starts from gray, and so is right from a key frame on.
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        key = next(i for i, frame in enumerate(frames) if frame.key_frame)
    assert 0 < key < 20
    check_any_frames(path, decode_all(path)[key:])


@pytest.mark.parametrize(
    ('name', 'codec'),
    [
        ('xvid.avi', 'mpeg4'),
        ('h264.avi', 'libx264'),
        ('h264.mp4', 'libx264'),
        ('mpeg2.ts', 'mpeg2video'),
        ('h264.ts', 'libx264'),
        ('no_times.h264', 'libx264'),
    ],
)
def test_what_follows_the_last_frame(tmp_path, name, codec):
    path = tmp_path / name
    write_images(path, texture(), codec, {'g': '12', 'bf': '2'})
    expected = decode_all(path)
    with open(path, 'ab') as file:
        file.write(np.random.default_rng(0).bytes(5000))
    with VideoReader(str(path)) as reader:
        assert len(reader) in (FRAMES - 1, FRAMES)
        images = reader.get_frames(range(len(reader)))
    for i, image in enumerate(images[:-1]):
        assert np.array_equal(image, expected[i]), i


@pytest.mark.skipif(not VIDEOS.is_dir(), reason='shared/videos is not here')
@pytest.mark.parametrize(
    'path',
    [p for p in sorted(VIDEOS.glob('*')) if p.suffix != '.md'],
    ids=lambda path: path.name,
)
def test_every_frame_of_real_videos(path):
    if path.name in DAMAGED:
        damage = pytest.raises((StNetInputError, av.error.FFmpegError))
        with VideoReader(str(path)) as reader, damage:
            reader.get_frames(range(len(reader)))
        return
    with av.open(str(path)) as container:
        stream = container.streams.best('video')
        frames = container.decode(stream)
        with VideoReader(str(path)) as reader:
            number = -1
            for number, found in reader.decode(range(len(reader))):
                frame = next(frames)
                assert np.array_equal(
                    found.to_ndarray(), frame.to_ndarray()
                ), number
            assert number == len(reader) - 1
            for i in (number, 0, number // 2):
                reader.get_frames([i])
        assert next(frames, None) is None
