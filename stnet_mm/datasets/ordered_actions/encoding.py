"""Encoding frames as an mp4 file."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np

# Every frame is coded by itself, at the same quantiser: what is decoded
# depends on the frame alone. Frames predicted from others would carry traces
# of their neighbours, and a single frame might then tell the order. x264's
# crf would do the same, as it adapts the quantiser to the frames before.
QUANTISER = 16
GROUP_OF_PICTURES = 1


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
    with av.open(buffer, 'w', format='mp4') as container:
        stream = container.add_stream(
            'libx264',
            rate=Fraction(fps).limit_denominator(1001),
            options={'qp': str(QUANTISER), 'preset': 'veryfast'},
        )
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = 'yuv420p'
        stream.gop_size = GROUP_OF_PICTURES
        # Videos are encoded in several processes already.
        stream.codec_context.thread_count = 1
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(frame, format='rgb24')
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return buffer.getvalue()
