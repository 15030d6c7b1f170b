"""Encoding frames as an mp4 file."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np

from ...utils.mp4_writer import MP4Writer

# Every frame is coded by itself, at the same quantizer: what is decoded
# depends on the frame alone. Frames predicted from others would carry traces
# of their neighbors, and a single frame might then tell the order. x264's
# crf would do the same, as it adapts the quantizer to the frames before.
OPTIONS = dict(
    qp='16',
    g='1',
    preset='veryfast',
    # Videos are encoded in several processes already.
    threads='1',
)


def encode_mp4(frames: np.ndarray, fps: float = 24) -> bytes:
    """Encode a video as H.264 (yuv420p) in an mp4 container.

    Args:
        frames (np.ndarray): RGB, uint8, [L, height, width, 3]; height and
            width are even.
        fps (float): Frames per second. Defaults to 24.

    Returns:
        bytes: The content of an mp4 file; the same for the same frames and
        versions of the libraries.
    """
    buffer = io.BytesIO()
    rate = Fraction(fps).limit_denominator(1001)
    with MP4Writer(buffer, fps, OPTIONS, ticks=rate) as writer:
        for i, frame in enumerate(frames):
            writer.write(i / rate, frame)
    return buffer.getvalue()
