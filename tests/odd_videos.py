"""Videos as phones, old encoders and broken downloads leave them."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np

from .videos import write_images

# What starts parts of an MPEG-4 Part 2 stream.
_USER_DATA = b'\x00\x00\x01\xb2'
_FRAME = b'\x00\x00\x01\xb6'


def copy_packets(
    source: Path,
    target: Path,
    change: Callable[[list[av.Packet]], list[av.Packet]],
) -> None:
    """Write the compressed frames of a video again, with changes."""
    with av.open(str(source)) as old, av.open(str(target), 'w') as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        for packet in change([p for p in old.demux(stream) if p.size]):
            packet.stream = copy
            new.mux(packet)


def write_rotated(
    path: Path, images: Iterable[np.ndarray], degrees: int
) -> None:
    """Write a MOV or MP4 file as a phone that is held askew.

    It stores the images turned, and the angle by which a viewer must turn
    them clockwise to show them upright.
    """
    turned = (
        np.ascontiguousarray(np.rot90(image, degrees // 90))
        for image in images
    )
    write_images(path, turned, options={'crf': '10'})
    tag_rotation(path, degrees)


def tag_rotation(path: Path, degrees: int) -> None:
    """Say in a MOV or MP4 file by which angle a viewer must turn it."""
    data = bytearray(path.read_bytes())
    # The matrix follows 40 bytes after the name of the track's header: rows
    # of two 16.16 numbers and a 2.30 number. The last row moves the picture
    # back into view; viewers that only turn it do without.
    start = data.index(b'tkhd') + 44
    cos = round(math.cos(math.radians(degrees)))
    sin = round(math.sin(math.radians(degrees)))
    rows = (cos, sin, -sin, cos)
    for i, value in zip((0, 1, 3, 4), rows):
        struct.pack_into('>i', data, start + 4 * i, value << 16)
    path.write_bytes(data)


def write_two_videos_and_sound(
    path: Path, small: Iterable[np.ndarray], large: Iterable[np.ndarray]
) -> None:
    """Write two video streams, as broadcasts have, and a silent sound."""
    with av.open(str(path), 'w') as container:
        streams = [container.add_stream('libx264', rate=12) for _ in range(2)]
        streams[0].disposition = av.stream.Disposition(0)
        streams[1].disposition = av.stream.Disposition.default
        sound = container.add_stream('aac', rate=48000)
        for stream, image in zip(streams, (small[0], large[0])):
            stream.height, stream.width = image.shape[:2]
            stream.pix_fmt = 'yuv420p'
        silence = np.zeros((1, 4000), np.float32)  # for one frame
        for i, pair in enumerate(zip(small, large)):
            for stream, image in zip(streams, pair):
                frame = av.VideoFrame.from_ndarray(image, format='rgb24')
                container.mux(stream.encode(frame))
            frame = av.AudioFrame.from_ndarray(silence, 'fltp', 'mono')
            frame.sample_rate, frame.pts = 48000, 4000 * i
            container.mux(sound.encode(frame))
        for stream in (*streams, sound):
            container.mux(stream.encode())


def write_same_times(source: Path, target: Path) -> None:
    """Give every second frame of an MP4 file the time of the one before."""

    def change(packets):
        times = sorted(packet.pts for packet in packets)
        earlier = {b: a for a, b in zip(times[::2], times[1::2])}
        for packet in packets:
            packet.pts = earlier.get(packet.pts, packet.pts)
            packet.dts -= times[-1]  # before the frame is shown, still
        return packets

    copy_packets(source, target, change)


def _label(data: bytes, encoder: bytes) -> bytes:
    """Name another encoder, because decoders know their habits by name."""
    start = data.find(_USER_DATA)
    if start < 0:
        return data
    end = data.index(b'\x00\x00\x01', start + 4)
    return data[:start] + _USER_DATA + encoder + data[end:]


def _frame_type(data: bytes) -> int | None:
    """0, 1, 2 for an I, P, B frame; None if there is no frame."""
    start = data.find(_FRAME)
    return None if start < 0 else data[start + len(_FRAME)] >> 6


def _new_packets(parts: list[bytes], model: av.Packet) -> list[av.Packet]:
    packets = [av.Packet(part) for part in parts]
    for i, packet in enumerate(packets):
        packet.pts = packet.dts = i
        packet.is_keyframe = _frame_type(parts[i]) == 0
        packet.time_base = model.time_base
    return packets


def write_delayed(source: Path, target: Path, delay: int = 2) -> None:
    """As Xvid: after the first frame, some bytes in place of frames.

    The file then has more packets than frames.

    Args:
        source (Path): AVI file of MPEG-4 Part 2, with B frames.
        target (Path): AVI file to write.
        delay (int): Number of such bytes. Defaults to 2.
    """

    def change(packets):
        parts = [_label(bytes(packet), b'XviD0050') for packet in packets]
        parts[1:1] = [b'\x7f'] * delay
        return _new_packets(parts, packets[0])

    copy_packets(source, target, change)


def write_packed(source: Path, target: Path) -> None:
    """As DivX: a B frame in the packet of the frame before it.

    Args:
        source (Path): AVI file of MPEG-4 Part 2, with single B frames.
        target (Path): AVI file to write.
    """

    def change(packets):
        parts = []
        for packet in packets:
            data = _label(bytes(packet), b'DivX503b1393p')
            if _frame_type(data) == 2:
                parts[-1] += data
                # An empty P frame in its place.
                data = _FRAME + b'\x50\x9f'
            parts.append(data)
        return _new_packets(parts, packets[0])

    copy_packets(source, target, change)


def write_not_coded(source: Path, target: Path, every: int) -> None:
    """As encoders that save bits: some frames are not coded, N-VOPs.

    They stand for frames that look like the one before, and yield none.

    Args:
        source (Path): AVI file of MPEG-4 Part 2.
        target (Path): File to write.
        every (int): Every so manieth frame, in the order of decoding.
    """

    def change(packets):
        parts = [bytes(packet) for packet in packets]
        for i in range(every, len(parts), every):
            # P frame, time, marker, not coded.
            parts[i] = _FRAME + b'\x50\x9f'
        return _new_packets(parts, packets[0])

    copy_packets(source, target, change)


def write_hidden(source: Path, target: Path, every: int) -> None:
    """Hide frames, as encoders do with those that only others refer to.

    Args:
        source (Path): WebM file of VP8.
        target (Path): WebM file to write.
        every (int): Every so manieth frame.
    """

    def change(packets):
        parts = [bytearray(bytes(packet)) for packet in packets]
        for part in parts[every::every]:
            part[0] &= ~16
        new = _new_packets([bytes(part) for part in parts], packets[0])
        for packet, old in zip(new, packets):
            packet.pts = packet.dts = old.pts
            packet.is_keyframe = old.is_keyframe
        return new

    copy_packets(source, target, change)


def write_damaged(source: Path, target: Path, first: int) -> None:
    """Overwrite the frames from this one on, as a failed download.

    Args:
        source (Path): MP4 file.
        target (Path): MP4 file to write.
        first (int): Number of the first damaged frame, in decoding order.
    """
    with av.open(str(source)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        places = [(packet.pos, packet.size) for packet in packets[first:]]
    data = bytearray(source.read_bytes())
    for start, size in places:
        data[start : start + size] = bytes(size)
    target.write_bytes(data)
