"""One moving picture in the codecs and containers that people have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from .videos import write_images

FRAMES = 60

# Name of the file: codec, options, pixel format.
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


def texture(
    frames: int = FRAMES, height: int = 68, width: int = 98
) -> Iterator[np.ndarray]:
    """A noisy picture that moves, with a cut in the middle."""
    rng = np.random.default_rng(0)
    scenes = rng.integers(0, 256, (2, 12, 16, 3)).astype(np.uint8)
    for i in range(frames):
        image = cv2.resize(scenes[i * 2 // frames], (width, height))
        yield np.roll(image, (i, 2 * i), (0, 1))


def write_stream(path: Path) -> None:
    """Write the moving picture as the file's name asks."""
    codec, options, pix_fmt = STREAMS[path.name]
    write_images(path, texture(), codec, options, pix_fmt)
