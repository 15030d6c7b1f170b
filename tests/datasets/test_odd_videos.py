"""The reader, on videos as people have them."""

from pathlib import Path

import av
import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_runtime.video_reader import VideoReader

from ..odd_videos import (
    write_damaged,
    write_rotated,
    write_same_times,
    write_two_videos_and_sound,
)
from ..streams import FRAMES, texture
from ..videos import write_images
from .reading import check_any_frames, decode_all

VIDEOS = Path(__file__).resolve().parents[3] / 'shared' / 'videos'
SAMPLES = [
    'arm_wrestling_340x256.mp4',
    'flipping_a_pancake.mkv',
    'h265.mp4',
    'nasa_with_audio.mp4',
    'rotated_90.mov',
    'rotated_270.mov',
    'test.avi',
    'test.mp4',
    'unordered_timestamps.mov',
]


def difference(one, two):
    """Mean difference of two pictures; pictures of other sizes differ."""
    if one.shape != two.shape:
        return 255
    return np.abs(one.astype(int) - two).mean()


@pytest.mark.parametrize('degrees', [0, 90, 180, 270])
def test_rotation(tmp_path, degrees):
    path = tmp_path / 'phone.mov'
    scene = list(texture(frames=6))
    write_rotated(path, scene, degrees)
    stored = decode_all(path)
    with VideoReader(str(path)) as reader:
        images = reader.get_frames(range(6))
        (small,) = reader.get_frames([3], short_side=34)
    for image, raw, upright in zip(images, stored, scene):
        assert np.array_equal(image, np.rot90(raw, -degrees // 90))
        # Half of the difference is the coarser colors of a video.
        assert difference(image, upright) < 12
        assert difference(np.rot90(image, 2), upright) > 40
    assert small.shape == (34, 49, 3)


@pytest.mark.parametrize('degrees', [0, 90, 180, 270])
def test_rotation_is_decords(tmp_path, degrees):
    decord = pytest.importorskip('decord')
    path = tmp_path / 'phone.mov'
    write_rotated(path, texture(frames=6), degrees)
    expected = decord.VideoReader(str(path), num_threads=1)
    with VideoReader(str(path)) as reader:
        for i, image in enumerate(reader.get_frames(range(6))):
            assert np.array_equal(image, expected[i].asnumpy())


def test_the_main_one_of_two_videos(tmp_path):
    path = tmp_path / 'broadcast.mp4'
    main = list(texture(frames=24))
    write_two_videos_and_sound(path, [image[:32, :32] for image in main], main)
    with VideoReader(str(path)) as reader:
        assert len(reader) == 24
        for image, wanted in zip(reader.get_frames(range(24)), main):
            assert difference(image, wanted) < 12


def test_frames_of_the_same_time(tmp_path):
    whole, odd = tmp_path / 'whole.mp4', tmp_path / 'odd.mp4'
    write_images(whole, texture(), options={'g': '12', 'bf': '2'})
    write_same_times(whole, odd)
    with av.open(str(odd)) as container:
        times = {packet.pts for packet in container.demux(video=0)} - {None}
    assert len(times) == FRAMES // 2
    check_any_frames(odd, decode_all(whole))


def test_damage_spares_what_comes_before(tmp_path):
    whole, damaged = tmp_path / 'whole.mp4', tmp_path / 'damaged.mp4'
    write_images(whole, texture(), options={'g': '12', 'bf': '0'})
    write_damaged(whole, damaged, first=40)
    expected = decode_all(whole)
    with VideoReader(str(damaged)) as reader:
        assert len(reader) == FRAMES
        for i, image in enumerate(reader.get_frames(range(40))):
            assert np.array_equal(image, expected[i]), i
        with pytest.raises((av.error.FFmpegError, StNetInputError)):
            reader.get_frames([FRAMES - 1])


@pytest.mark.skipif(not VIDEOS.is_dir(), reason='shared/videos is not here')
@pytest.mark.parametrize('name', SAMPLES)
def test_samples_are_decords(name):
    """Videos of many encoders, which we cannot write."""
    decord = pytest.importorskip('decord')
    path = str(VIDEOS / name)
    # Read in order: after seeking, decord errs in some of these.
    expected = decord.VideoReader(path, num_threads=1)
    with VideoReader(path) as reader:
        assert len(reader) == len(expected)
        indices = np.linspace(0, len(reader) - 1, 40).astype(int)
        images = dict(zip(indices, reader.get_frames(indices)))
        for i in range(len(expected)):
            image = expected.next().asnumpy()
            assert np.array_equal(images.get(i, image), image), i
