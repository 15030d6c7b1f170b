"""Videos inside of pages, or beside them."""

import base64
import io

import av
import numpy as np
import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.visualization import page_video
from stnet_mm.visualization.page_video import place_video, playable_kind

from ..videos import write_images, write_sound, write_video


def inside(address):
    head, _, content = address.partition(',')
    assert head == 'data:video/mp4;base64'
    return base64.b64decode(content)


def test_what_browsers_play_is_inside_as_it_is(tmp_path):
    write_video(tmp_path / 'a.mp4')
    address, is_inside = place_video(tmp_path / 'a.html', tmp_path / 'a.mp4')
    assert is_inside
    assert inside(address) == (tmp_path / 'a.mp4').read_bytes()


def test_what_is_large_is_linked(tmp_path, monkeypatch):
    monkeypatch.setattr(page_video, 'MAX_BYTES', 0)
    (tmp_path / 'videos').mkdir()
    video = tmp_path / 'videos' / 'a: 100% #1?.mp4'
    write_video(tmp_path / 'a.mp4')
    (tmp_path / 'a.mp4').rename(video)
    for page, address in (
        ('a.html', 'videos/a%3A%20100%25%20%231%3F.mp4'),
        ('videos/a.html', 'a%3A%20100%25%20%231%3F.mp4'),
        ('pages/a.html', '../videos/a%3A%20100%25%20%231%3F.mp4'),
    ):
        assert place_video(tmp_path / page, video) == (address, False)


@pytest.mark.parametrize('limit', [40_000_000, 0])
def test_others_are_copied(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(page_video, 'MAX_BYTES', limit)
    page, video = tmp_path / 'out' / 'page.html', tmp_path / 'a.avi'
    # Larger than a copy is.
    write_video(video, size=(800, 400), codec='mpeg4')
    address, is_inside = place_video(page, video)
    copy = tmp_path / 'out' / 'page_video.mp4'
    if limit:
        assert is_inside
        assert not copy.exists()
        file = io.BytesIO(inside(address))
    else:
        assert (address, is_inside) == ('page_video.mp4', False)
        assert playable_kind(copy) == 'video/mp4'
        file = str(copy)
    with av.open(file) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ('h264', 'yuv420p')
        assert (context.width, context.height) == (640, 320)
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx(np.arange(24) / 12)


def test_nothing_is_left_of_a_copy_that_fails(tmp_path):
    write_sound(tmp_path / 'sound.mp4')
    page = tmp_path / 'out' / 'page.html'
    with pytest.raises(StNetInputError, match=r'sound\.mp4: there is no vid'):
        place_video(page, tmp_path / 'sound.mp4')
    assert not page.parent.exists()


@pytest.mark.parametrize(
    ('name', 'codec', 'pixels', 'kind'),
    [
        ('a.mp4', 'libx264', 'yuv420p', 'video/mp4'),
        ('A.MP4', 'libx264', 'yuv420p', 'video/mp4'),
        ('a.webm', 'libvpx-vp9', 'yuv420p', 'video/webm'),
        ('a.mkv', 'libx264', 'yuv420p', None),
        ('a.mp4', 'libx264', 'yuv444p', None),
        ('a.mp4', 'mpeg4', 'yuv420p', None),
    ],
)
def test_what_browsers_play(tmp_path, name, codec, pixels, kind):
    images = np.zeros((4, 64, 64, 3), np.uint8)
    write_images(tmp_path / name, images, codec, pix_fmt=pixels)
    assert playable_kind(tmp_path / name) == kind


@pytest.mark.parametrize(('delay', 'kind'), [(0, 'video/mp4'), (12, None)])
def test_pictures_that_begin_after_the_sound(tmp_path, delay, kind):
    with av.open(str(tmp_path / 'a.mp4'), 'w') as container:
        pictures = container.add_stream('libx264', rate=12)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = 'yuv420p'
        sound = container.add_stream('aac', rate=44100)
        for number in range(4):
            frame = av.VideoFrame(64, 64, 'yuv420p')
            frame.pts = number + delay
            container.mux(pictures.encode(frame))
        silence = np.zeros((1, 4096), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, 'fltp', 'mono')
        frame.sample_rate, frame.pts = 44100, 0
        container.mux(sound.encode(frame))
        container.mux(sound.encode())
        container.mux(pictures.encode())
    assert playable_kind(tmp_path / 'a.mp4') == kind


@pytest.mark.parametrize('limit', [40_000_000, 0])
def test_other_files_are_safe(tmp_path, monkeypatch, limit):
    """The video, or another one, may be called as a copy would be."""
    monkeypatch.setattr(page_video, 'MAX_BYTES', limit)
    page, video = tmp_path / 'talk.html', tmp_path / 'talk_video.mp4'
    write_video(video, codec='mpeg4')
    content = video.read_bytes()
    other = tmp_path / 'other.mp4'
    other.write_bytes(content)
    for source in (video, other):
        if limit:
            assert place_video(page, source)[1]
        else:
            with pytest.raises(StNetInputError, match='talk_video.mp4 is the'):
                place_video(page, source)
        assert video.read_bytes() == content
    # Of an older page; but the video itself never.
    page.touch()
    if not limit:
        with pytest.raises(StNetInputError, match='give the page another'):
            place_video(page, video)
        assert place_video(page, other) == ('talk_video.mp4', False)
        assert playable_kind(video) == 'video/mp4'
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {'talk.html', 'talk_video.mp4', 'other.mp4'}
