"""H.264 videos, as any player takes them."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from stnet_mm.utils.mp4_writer import (
    MP4Writer,
    fit_size,
    playback_options,
)


def written(pictures, fps, *args, **kwargs):
    """A video of pictures at a constant rate."""
    buffer = io.BytesIO()
    with MP4Writer(buffer, fps, *args, **kwargs) as writer:
        for i, picture in enumerate(pictures):
            writer.write(i / fps, picture)
    buffer.seek(0)
    return buffer


def gray(count, size=(32, 32)):
    return (np.full((*size, 3), 20 + 4 * i, np.uint8) for i in range(count))


def test_written_videos_play_in_browsers():
    """H.264, yuv420p, even sides, whatever came in."""
    pictures = (np.full((61, 101, 3), 20 * i, np.uint8) for i in range(9))
    with av.open(written(pictures, 25, longest=40)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == 'h264'
        assert stream.codec_context.pix_fmt == 'yuv420p'
        assert (stream.width, stream.height) == (40, 24)
        assert sum(1 for _ in container.decode(stream)) == 9


def test_fit_size():
    assert fit_size(256, 341, None) == (256, 340)
    assert fit_size(720, 1280, 640) == (360, 640)
    assert fit_size(1, 1, None) == (2, 2)


def test_options_of_x264():
    """By default a key frame every half second; here one a frame."""
    for options, longest in (
        (None, 5),
        (dict(playback_options(10), g='1'), 1),
    ):
        with av.open(written(gray(20), 10, options)) as container:
            frames = [*container.decode(video=0)]
        keys = [i for i, frame in enumerate(frames) if frame.key_frame]
        assert max(np.diff([*keys, 20])) <= longest
        assert len(keys) <= 2 * 20 / longest
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    sizes = [
        len(written([noise], 10, playback_options(10, q)).getvalue())
        for q in (10, 40)
    ]
    assert sizes[0] > 1.5 * sizes[1]


def test_times_are_rounded_to_ticks():
    buffer = io.BytesIO()
    with MP4Writer(buffer, 10, ticks=Fraction(10)) as writer:
        # The third comes too early.
        for time, picture in zip((0, 0.52, 0.3, 0.9), gray(4)):
            writer.write(time, picture)
    buffer.seek(0)
    with av.open(buffer) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([0, 0.5, 0.6, 0.9])
