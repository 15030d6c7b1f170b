"""Re-encoding a video to a small size."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from stnet_runtime.frame_converter import center_colors
from stnet_runtime.video_reader import DEFAULT_FPS, VideoReader

from ...errors import StNetInputError
from ...utils.mp4_writer import MP4Writer, copy_colors, scale_evenly
from .names import CONTAINERS, new_name

# Frames from one key frame to the next: docs/performance.md says why.
KEY_FRAMES = 12
# Containers hold no finer ones for long.
MIN_TICK = Fraction(1, 1_000_000)


def resize_video(path: Path, short_side: int, crf: int) -> bytes | None:
    """Re-encode a video, unless it is small enough.

    Frames keep their number and times, and are turned upright. Sound is left
    out. Every frame is decoded, before and after.

    Args:
        path (Path): The video.
        short_side (int): Length of its short side in pixels; even.
        crf (int): Constant rate factor of x264: lower is better and larger.

    Returns:
        bytes | None: The video in H.264, in the container that ``new_name``
        says; or None if its short side is no longer than that.

    Raises:
        StNetInputError: If it cannot be read, is damaged or no video; names
            it.
    """
    try:
        with VideoReader(str(path)) as reader:
            if min(reader.size) > short_side:
                return _encode(reader, short_side, crf, new_name(path).suffix)
            for _ in reader.decode(range(len(reader))):
                pass
            return None
    except av.error.FFmpegError as error:
        raise StNetInputError(f'{path}: {error.strerror}') from error
    except StNetInputError as error:
        raise StNetInputError(f'{path}: {error}') from error


def _encode(
    reader: VideoReader, short_side: int, crf: int, suffix: str
) -> bytes:
    height, width = scale_evenly(*reader.size, short_side / min(reader.size))
    _, first = next(reader.decode([0]))
    turns = first.rotation // 90 % 4
    aspect = reader.pixel_aspect
    if aspect and turns % 2:
        aspect = 1 / aspect
    tick = max(reader.tick, MIN_TICK)
    options = dict(
        crf=str(crf),
        preset='veryfast',
        g=str(KEY_FRAMES),
        threads='1',  # videos are encoded in several processes
    )
    buffer, scaler, times = io.BytesIO(), VideoReformatter(), []
    with MP4Writer(
        buffer,
        reader.fps or DEFAULT_FPS,
        options,
        ticks=1 / tick,
        container=CONTAINERS[suffix.lower()],
        pixel_aspect=aspect,
    ) as writer:
        for time, frame in reader.decode_timed():
            small = scaler.reformat(
                center_colors(frame),
                *(width, height, 'yuv420p'),
                interpolation='AREA',
                threads=1,
            )
            writer.write_frame(time, _turn(small, turns))
            times.append(time)
    _verify(buffer, times, tick)
    return buffer.getvalue()


def _turn(frame: av.VideoFrame, turns: int) -> av.VideoFrame:
    """Turn a frame of yuv420p counterclockwise, in quarters."""
    if not turns:
        return frame
    height, width = frame.height, frame.width
    # [3H/2, W]: all of Y, then U, then V, of [H/2, W/2] each.
    data = frame.to_ndarray().reshape(-1)
    ends = np.cumsum([height * width, height * width // 4])
    planes = [
        np.rot90(plane.reshape(height // part, width // part), turns)
        for plane, part in zip(np.split(data, ends), (1, 2, 2))
    ]
    if turns % 2:
        height, width = width, height
    data = np.concatenate([plane.reshape(-1) for plane in planes])
    turned = av.VideoFrame.from_ndarray(
        data.reshape(height * 3 // 2, width), 'yuv420p'
    )
    copy_colors(frame, turned)
    return turned


def _verify(file: io.BytesIO, times: list[Fraction], tick: Fraction) -> None:
    """Check that all frames can be decoded, each at its time."""
    file.seek(0)
    with VideoReader(file) as result:
        found = [time for time, _ in result.decode_timed()]
        limit = max(tick, result.tick)
    if len(found) != len(times):
        raise StNetInputError(
            f're-encoded it has {len(found)} frames, not {len(times)}: '
            'convert it with another program'
        )
    error = max(abs(a - b) for a, b in zip(found, times))
    if error > limit:
        raise StNetInputError(
            f're-encoded its frames are off by {float(error):.3f} s: convert '
            'it with another program'
        )
