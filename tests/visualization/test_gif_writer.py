"""Animated GIFs."""

import io

import numpy as np
import pytest
from PIL import Image

from stnet_mm.visualization import GIFWriter


def test_gif():
    buffer = io.BytesIO()
    with GIFWriter(buffer, 2.0) as writer:
        for i in range(50):
            picture = np.full((180, 640, 3), 5 * i, np.uint8)
            writer.write(i / 25, picture)
    with Image.open(io.BytesIO(buffer.getvalue())) as image:
        assert image.size == (320, 90)
        assert image.n_frames == 25
        durations = []
        for i in range(image.n_frames):
            image.seek(i)
            durations.append(image.info['duration'])
    assert sum(durations) == pytest.approx(2000, abs=20)


def test_a_long_gif_has_fewer_frames():
    buffer = io.BytesIO()
    with GIFWriter(buffer, 600.0) as writer:
        for i in range(6000):
            writer.write(i / 10, np.full((4, 4, 3), i % 200, np.uint8))
    with Image.open(io.BytesIO(buffer.getvalue())) as image:
        assert image.n_frames <= 401
