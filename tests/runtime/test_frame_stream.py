import numpy as np
import pytest

from stnet_runtime.errors import StNetInputError
from stnet_runtime.frame_stream import FrameStream
from stnet_runtime.video_reader import VideoReader

from ..odd_videos import write_damaged, write_rotated
from ..streams import FRAMES, texture, write_stream
from ..videos import write_images, write_sound


@pytest.mark.parametrize(
    'name',
    [
        *('b_frames.mp4', 'open_gop.ts', 'mjpeg.avi'),
        *('h264.avi', 'xvid_b_frames.avi'),
    ],
)
def test_frames_are_those_of_the_reader(tmp_path, name):
    path = tmp_path / name
    write_stream(path)
    with VideoReader(str(path)) as reader, FrameStream(path, 48) as stream:
        expected = reader.get_frames(range(len(reader)), 48)
        found = [(time, stream.to_rgb(frame)) for time, frame in stream]
        assert len(found) == len(reader) == FRAMES
        for (_, image), other in zip(found, expected):
            np.testing.assert_array_equal(image, other)
        times = [time for time, _ in found]
        np.testing.assert_allclose(times, reader.frame_times, atol=1e-3)
        assert stream.fps == pytest.approx(reader.fps)
        assert stream.duration == pytest.approx(FRAMES / 12, abs=0.2)


def test_pieces_that_were_joined(tmp_path):
    write_stream(tmp_path / 'open_gop.ts')
    path = tmp_path / 'joined.ts'
    path.write_bytes(2 * (tmp_path / 'open_gop.ts').read_bytes())
    with FrameStream(path) as stream:
        times = [time for time, _ in stream]
    np.testing.assert_allclose(times, np.arange(2 * FRAMES) / 12, atol=1e-3)


def test_upright(tmp_path):
    path = tmp_path / 'phone.mov'
    write_rotated(path, texture(6), 90)
    with VideoReader(str(path)) as reader, FrameStream(path) as stream:
        first = next(iter(stream))
        (expected,) = reader.get_frames([0])
        np.testing.assert_array_equal(stream.to_rgb(first.frame), expected)


def test_what_is_no_video_or_damaged(tmp_path):
    text = tmp_path / 'text.mp4'
    text.write_text('no video')
    with pytest.raises(StNetInputError, match='text.mp4: it cannot be read'):
        FrameStream(text)
    with pytest.raises(StNetInputError, match='gone.mp4: it cannot be read'):
        FrameStream(tmp_path / 'gone.mp4')
    sound = tmp_path / 'sound.mp4'
    write_sound(sound)
    with pytest.raises(StNetInputError, match='sound.mp4: there is no video'):
        FrameStream(sound)
    good, bad = tmp_path / 'good.mp4', tmp_path / 'bad.mp4'
    write_images(good, texture(60), 'libx264', {'g': '12'})
    write_damaged(good, bad, 10)
    with FrameStream(bad) as stream, pytest.raises(
        StNetInputError, match='bad.mp4: it is damaged after'
    ):
        list(stream)
