from operator import itemgetter

import av
import cv2
import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_runtime.video_reader import VideoReader

from ..datasets.reading import (
    check_any_frames,
    check_nothing_is_left,
    decode_all,
)
from ..odd_videos import copy_packets
from ..streams import FRAMES, STREAMS, texture, write_stream
from ..videos import write_images, write_sound, write_video

# decord 0.6.0 differs or fails: wrong frames of MPEG-TS, a crash without
# times, no AV1, wrong colors at ten bits, deinterlacing.
NOT_DECORDS = {
    'open_gop.ts',
    'no_times.h264',
    'av1.mp4',
    'ten_bits.mp4',
    'interlaced.mp4',
}


@pytest.mark.parametrize('name', STREAMS)
def test_frames_are_those_of_the_whole_file(tmp_path, name):
    write_stream(tmp_path / name)
    expected = decode_all(tmp_path / name)
    assert len(expected) == FRAMES
    check_any_frames(tmp_path / name, expected)


@pytest.mark.parametrize('name', sorted(STREAMS.keys() - NOT_DECORDS))
def test_frames_are_decords(tmp_path, name):
    decord = pytest.importorskip('decord')
    write_stream(tmp_path / name)
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


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'ts'])
def test_a_video_that_begins_amid_others(tmp_path, suffix):
    codec, options, _ = STREAMS['open_gop.mp4']
    whole = tmp_path / f'whole.{suffix}'
    write_images(whole, texture(), codec, options)
    for first in (12, 20):  # about a key frame, and between two of them
        cut = tmp_path / f'cut{first}.{suffix}'
        copy_packets(whole, cut, itemgetter(slice(first, None)))
        expected = decode_all(cut)
        assert 30 < len(expected) < FRAMES - first
        check_any_frames(cut, expected)


def test_what_an_edit_list_hides(tmp_path):
    whole, trimmed = tmp_path / 'whole.mp4', tmp_path / 'trimmed.mp4'
    write_images(whole, texture(), options={'g': '250'})
    with av.open(str(whole)) as container:
        stream = container.streams.video[0]
        step = round(1 / (stream.average_rate * stream.time_base))

    def shift(packets):
        for packet in packets:
            # Times below zero are trimmed: ten frames are not shown.
            packet.pts -= 10 * step
            packet.dts -= 10 * step
        return packets

    copy_packets(whole, trimmed, shift)
    expected = decode_all(whole)[10:]
    assert len(decode_all(trimmed)) == len(expected)
    check_any_frames(trimmed, expected)


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
    write_video(tmp_path / 'video.mp4')
    check_nothing_is_left(VideoReader, [str(tmp_path / 'video.mp4')], 200)
