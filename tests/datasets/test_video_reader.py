import gc
import os
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from stnet_mm.datasets.video_reader import VideoReader
from stnet_mm.errors import StNetInputError

from ..videos import write_images, write_sound, write_video

VIDEOS = Path(__file__).resolve().parents[3] / 'shared' / 'videos'
FRAMES = 60

# name of the file: codec, options, pixel format
STREAMS = {
    'b_frames.mp4': ('libx264', {'g': '12'}, 'yuv420p'),
    'one_key_frame.mp4': ('libx264', {'g': '250'}, 'yuv420p'),
    'open_gop.mp4': (
        'libx264',
        {'x264-params': 'open-gop=1:keyint=12:min-keyint=12:bframes=3'},
        'yuv420p',
    ),
    'open_gop.ts': (
        'libx264',
        {'x264-params': 'open-gop=1:keyint=12:min-keyint=12:bframes=3'},
        'yuv420p',
    ),
    'no_pyramid.mkv': (
        'libx264',
        {'x264-params': 'keyint=24:bframes=2:b-pyramid=none'},
        'yuv420p',
    ),
    'intra_refresh.mp4': (
        'libx264',
        {'x264-params': 'intra-refresh=1:keyint=12'},
        'yuv420p',
    ),
    'interlaced.mp4': ('libx264', {'x264-params': 'interlaced=1'}, 'yuv420p'),
    'high_chroma.mp4': ('libx264', {'g': '12'}, 'yuv444p'),
    'full_range.mp4': ('libx264', {'g': '12'}, 'yuvj420p'),
    'ten_bits.mp4': ('libx264', {'g': '12'}, 'yuv420p10le'),
    'no_times.h264': ('libx264', {'g': '12'}, 'yuv420p'),
    'h264.avi': ('libx264', {'g': '12', 'bf': '2'}, 'yuv420p'),
    'flash.flv': ('libx264', {'g': '12'}, 'yuv420p'),
    'hevc.mp4': (
        'libx265',
        {
            'x265-params': 'keyint=12:open-gop=1:bframes=3:temporal-layers=3'
            ':log-level=none'
        },
        'yuv420p',
    ),
    'vp9.webm': (
        'libvpx-vp9',
        {'g': '24', 'cpu-used': '8', 'lag-in-frames': '16'},
        'yuv420p',
    ),
    'av1.mp4': ('libsvtav1', {'g': '12', 'preset': '12'}, 'yuv420p'),
    'xvid.avi': ('mpeg4', {'g': '24', 'bf': '0'}, 'yuv420p'),
    'xvid_b_frames.avi': ('mpeg4', {'g': '24', 'bf': '2'}, 'yuv420p'),
    'mpeg2.mpg': ('mpeg2video', {'g': '15', 'bf': '2'}, 'yuv420p'),
    'mjpeg.avi': ('mjpeg', {}, 'yuvj420p'),
}
# decord 0.6.0 differs or fails: wrong frames of MPEG-TS, a crash without
# times, no AV1, wrong colours at ten bits, deinterlacing.
NOT_DECORDS = {
    'open_gop.ts',
    'no_times.h264',
    'av1.mp4',
    'ten_bits.mp4',
    'interlaced.mp4',
}


def texture(frames=FRAMES, height=68, width=98):
    """A noisy picture that moves, with a cut in the middle."""
    rng = np.random.default_rng(0)
    scenes = rng.integers(0, 256, (2, 12, 16, 3)).astype(np.uint8)
    for i in range(frames):
        image = cv2.resize(scenes[i * 2 // frames], (width, height))
        yield np.roll(image, (i, 2 * i), (0, 1))


def decode_all(path):
    """Every frame, in the order in which the decoder puts them out."""
    images = []
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.best('video')):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                assert not images, 'only what comes before may be damaged'
                continue
            images += [frame.to_ndarray(format='rgb24') for frame in frames]
    return images


def check_any_frames(path, expected):
    rng = np.random.default_rng(0)
    with VideoReader(str(path)) as reader:
        assert len(reader) == len(expected)
        last = len(expected) - 1
        subsets = [[last], [0], range(len(expected)), [last, 0, last]]
        subsets += [rng.integers(0, last + 1, n) for n in (2, 5, 9, 9, 9, 9)]
        for indices in subsets:
            images = reader.get_frames(indices)
            for i, image in zip(indices, images):
                assert np.array_equal(image, expected[i]), (i, indices)


@pytest.mark.parametrize('name', STREAMS)
def test_frames_are_those_of_the_whole_file(tmp_path, name):
    codec, options, pix_fmt = STREAMS[name]
    write_images(tmp_path / name, texture(), codec, options, pix_fmt)
    expected = decode_all(tmp_path / name)
    assert len(expected) == FRAMES
    check_any_frames(tmp_path / name, expected)


@pytest.mark.parametrize('name', STREAMS.keys() - NOT_DECORDS)
def test_frames_are_decords(tmp_path, name):
    decord = pytest.importorskip('decord')
    codec, options, pix_fmt = STREAMS[name]
    write_images(tmp_path / name, texture(), codec, options, pix_fmt)
    expected = decord.VideoReader(str(tmp_path / name), num_threads=1)
    with VideoReader(str(tmp_path / name)) as reader:
        images = reader.get_frames(range(FRAMES))
        assert len(expected) == FRAMES
        for i, image in enumerate(images):
            assert np.array_equal(image, expected[i].asnumpy()), i


def test_variable_frame_rate(tmp_path):
    times = np.cumsum(np.random.default_rng(0).integers(5, 200, FRAMES))
    path = tmp_path / 'video.mp4'
    write_images(path, texture(), times=times.tolist(), options={'g': '12'})
    check_any_frames(path, decode_all(path))


def copy_packets(source, target, first, shift=0):
    """Cut a video without encoding it again, from a packet on."""
    with av.open(str(source)) as old, av.open(str(target), 'w') as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        for i, packet in enumerate(old.demux(stream)):
            if i >= first and packet.size:
                packet.stream = copy
                packet.pts -= shift
                packet.dts -= shift
                new.mux(packet)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'ts'])
def test_a_video_that_begins_amid_others(tmp_path, suffix):
    codec, options, _ = STREAMS['open_gop.mp4']
    whole = tmp_path / f'whole.{suffix}'
    write_images(whole, texture(), codec, options)
    for first in (12, 20):  # about a key frame, and between two of them
        cut = tmp_path / f'cut{first}.{suffix}'
        copy_packets(whole, cut, first)
        expected = decode_all(cut)
        assert 30 < len(expected) < FRAMES - first
        check_any_frames(cut, expected)


def test_what_an_edit_list_hides(tmp_path):
    whole, trimmed = tmp_path / 'whole.mp4', tmp_path / 'trimmed.mp4'
    write_images(whole, texture(), options={'g': '250'})
    with av.open(str(whole)) as container:
        stream = container.streams.video[0]
        step = round(1 / (stream.average_rate * stream.time_base))
    # Times below zero are trimmed: the first ten frames are not shown.
    copy_packets(whole, trimmed, 0, shift=10 * step)
    expected = decode_all(whole)[10:]
    assert len(decode_all(trimmed)) == len(expected)
    check_any_frames(trimmed, expected)


@pytest.mark.parametrize('degrees', [0, 90, 180, 270])
def test_rotation(degrees):
    path = VIDEOS / f'rotated_{degrees}.mov'
    if not path.exists():
        pytest.skip(f'{path} is not there')
    decord = pytest.importorskip('decord')
    expected = decord.VideoReader(str(path), num_threads=1)
    with VideoReader(str(path)) as reader:
        for i, image in enumerate(reader.get_frames(range(len(reader)))):
            assert np.array_equal(image, expected[i].asnumpy())
        height, width, _ = reader.get_frames([0], short_side=32)[0].shape
        assert (height > width) == (degrees in (90, 270))
        assert min(height, width) == 32


def test_real_videos():
    names = [
        'arm_wrestling_340x256.mp4',
        'flipping_a_pancake.mkv',
        'h265.mp4',
        'test.avi',
        'nasa_with_audio.mp4',
        'test.mp4',
        'unordered_timestamps.mov',
    ]
    if not VIDEOS.exists():
        pytest.skip(f'{VIDEOS} is not there')
    decord = pytest.importorskip('decord')
    for name in names:
        # Read in order: after seeking, decord errs in some of these.
        expected = decord.VideoReader(str(VIDEOS / name), num_threads=1)
        with VideoReader(str(VIDEOS / name)) as reader:
            assert len(reader) == len(expected), name
            indices = np.linspace(0, len(reader) - 1, 40).astype(int)
            images = dict(zip(indices, reader.get_frames(indices)))
            for i in range(len(expected)):
                image = expected.next().asnumpy()
                assert np.array_equal(images.get(i, image), image), (name, i)


def test_scaling_changes_little(tmp_path):
    path = tmp_path / 'video.mp4'
    write_images(path, texture(height=180, width=320))
    with VideoReader(str(path)) as reader:
        (small,) = reader.get_frames([7], short_side=90)
        (large,) = reader.get_frames([7])
    assert small.shape == (90, 160, 3)
    expected = cv2.resize(large, (160, 90), interpolation=cv2.INTER_AREA)
    # In brightness: the chroma of the video is coarser anyway.
    assert np.abs(small.mean(axis=2) - expected.mean(axis=2)).mean() < 3


def test_threads_change_nothing(tmp_path):
    path = tmp_path / 'video.mp4'
    write_images(path, texture(), options={'g': '12'})
    with VideoReader(str(path), num_threads=3) as reader:
        images = reader.get_frames([50, 3, 17])
    for image, i in zip(images, [50, 3, 17]):
        assert np.array_equal(image, decode_all(path)[i])


def test_wrong_frames(tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path)
    with VideoReader(str(path)) as reader:
        assert reader.fps == 12
        for wrong in (-1, 24):
            with pytest.raises(StNetInputError, match='24 frames'):
                reader.get_frames([0, wrong])
    write_sound(tmp_path / 'sound.mp4')
    with pytest.raises(StNetInputError, match='no video'):
        VideoReader(str(tmp_path / 'sound.mp4'))


def test_opening_many_files_leaves_nothing_behind(tmp_path):
    statm = Path('/proc/self/statm')
    if not statm.exists():
        pytest.skip('no /proc here')
    path = tmp_path / 'video.mp4'
    write_video(path)
    gc.disable()  # reference cycles would be garbage of a loader's worker
    try:
        sizes = []
        for _ in range(3):
            for _ in range(200):
                with VideoReader(str(path)) as reader:
                    reader.get_frames([0, 20])
            sizes.append(int(statm.read_text().split()[1]))
    finally:
        gc.enable()
    growth = (sizes[-1] - sizes[0]) * os.sysconf('SC_PAGE_SIZE')
    assert growth < 400 * 1000, 'a kilobyte per file or more'
    assert len(os.listdir('/proc/self/fd')) < 100
