"""Pixels of frames: of any format, scaled or not, from files or arrays."""

import av
import cv2
import numpy as np
import pytest

from stnet_mm.datasets.image_scaler import ImageScaler
from stnet_runtime.frame_converter import FrameConverter
from stnet_runtime.video_reader import VideoReader

from ..streams import texture
from ..videos import write_images
from .reading import decode_all

# Pixel format: codec that stores it without loss.
FORMATS = {
    'pal8': 'png',
    'monob': 'png',
    'ya8': 'png',
    'gray': 'png',
    'gray16be': 'png',
    'rgba': 'png',
    'gray10le': 'ffv1',
    'yuva420p': 'ffv1',
    'yuv410p': 'ffv1',
    'yuv444p12le': 'ffv1',
    'gbrp16le': 'ffv1',
    'bgra': 'ffv1',
    'rgb555be': 'qtrle',
}
# Of which even areas have a pattern.
DITHERED = ('monob', 'rgb555be')


def blocks(value):
    """A picture of four gray squares, 96x72."""
    levels = np.array([[0, value], [255 - value, 255]], np.uint8)
    image = np.kron(levels, np.ones((36, 48), np.uint8))
    return np.repeat(image[..., None], 3, axis=2)


def write(path, pixels):
    """Write six frames without loss."""
    with av.open(str(path), 'w') as container:
        stream = container.add_stream(FORMATS[pixels], rate=12)
        stream.pix_fmt = pixels
        stream.width, stream.height = 96, 72
        for i in range(6):
            image = blocks(40 * i)
            if pixels == 'pal8':
                palette = np.full((256, 4), 255, np.uint8)
                palette[:, 1:] = np.arange(256)[::-1, None]
                frame = av.VideoFrame.from_ndarray(
                    (255 - image[..., 0], palette), format='pal8'
                )
            else:
                frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.mark.parametrize('pixels', FORMATS)
def test_pixel_formats(tmp_path, pixels):
    path = tmp_path / 'video.mov'
    if FORMATS[pixels] == 'ffv1':
        path = tmp_path / 'video.mkv'
    write(path, pixels)
    expected = decode_all(path)
    with VideoReader(str(path)) as reader:
        assert len(reader) == len(expected) == 6
        images = reader.get_frames(range(6))
        small = reader.get_frames(range(6), short_side=36)
        large = reader.get_frames(range(6), short_side=144)
    for i, image in enumerate(expected):
        assert np.array_equal(images[i], image)
        # Areas of 2x2 pixels each.
        means = image.reshape(36, 2, 48, 2, 3).mean(axis=(1, 3))
        assert small[i].shape == (36, 48, 3)
        assert np.abs(small[i] - means).max() <= 3, i
        if pixels in DITHERED:
            continue
        # Inside of the squares.
        inside = large[i][24::96, 24::120].astype(int) - image[12::48, 12::60]
        assert np.abs(inside).max() <= 3, i


@pytest.mark.parametrize('short_side', [36, 112])
@pytest.mark.parametrize('size', [(180, 320), (36, 48)])
@pytest.mark.parametrize('codec', ['libx264', 'mpeg4', 'libvpx-vp9'])
def test_images_are_scaled_as_videos_are(tmp_path, codec, size, short_side):
    """Wherever a codec has its colors."""
    path = tmp_path / 'video.mkv'
    write_images(path, texture(6, *size), codec)
    check_scaling(path, short_side, 1)


def test_images_with_odd_sides_are_scaled_as_videos_are(tmp_path):
    path = tmp_path / 'video.mkv'
    # FFmpeg smooths the colors of such videos.
    images = (cv2.blur(image, (25, 25)) for image in texture(6, 135, 241))
    write_images(path, images, 'mpeg4')
    for short_side in (36, 112):
        check_scaling(path, short_side, 2)


def check_scaling(path, short_side, most):
    with VideoReader(str(path)) as reader:
        images = reader.get_frames(range(6))
        expected = reader.get_frames(range(6), short_side)
    scale = ImageScaler(short_side)
    for image, same in zip(images, expected):
        before = image.copy()
        found = scale(image)
        assert found.shape == same.shape
        assert np.abs(found.astype(int) - same).mean() <= most
        assert np.array_equal(image, before)


def test_images_of_the_right_size_stay(tmp_path):
    (image,) = texture(1, 36, 48)
    assert ImageScaler(36)(image) is image


def test_scaling_keeps_colors():
    color = np.full((72, 97, 3), (200, 30, 120), np.uint8)
    for short_side in (36, 100):
        scaled = ImageScaler(short_side)(color)
        assert np.abs(scaled.astype(int) - (200, 30, 120)).max() <= 3


def test_transparency_is_ignored():
    values = np.full((16, 16, 4), (90, 60, 30, 0), np.uint8)
    frame = av.VideoFrame.from_ndarray(values, format='rgba')
    for short_side in (None, 8):
        image = FrameConverter(16, 16, short_side)(frame)
        assert (image == (90, 60, 30)).all()
