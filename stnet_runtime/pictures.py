"""Which packets of a compressed video show a picture.

Encoders leave packets that show none: a byte in place of a frame that is not
ready yet, "not coded" frames of MPEG-4, reference frames of VP8 that are
hidden. Counting the packets of such a video counts too many frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import av

# What starts a frame of MPEG-4 Part 2.
_VOP = b'\x00\x00\x01\xb6'
# The name of an encoder that packs two frames into a packet.
_PACKED = re.compile(rb'DivX\d+(b|Build)\d+p')
# Frames of MPEG-4 that are not coded are no longer than this, in bytes.
_TINY = 19
# Codecs of which each packet shows a picture, however short it is.
_ONE_EACH = ('h264', 'hevc', 'vp9', 'av1', 'libdav1d', 'libaom-av1')
# Containers that store a frame, not a piece of a stream, in each packet.
_FRAMED = ('asf', 'avi', 'flv', 'gif', 'matroska', 'mov')


def find_pictures(
    packets: Iterable[av.Packet],
    codec: str,
    container: str,
    header: bytes = b'',
) -> list[int] | None:
    """Find the packets that show a picture, without decoding them.

    Args:
        packets (Iterable[av.Packet]): The packets, in the order of decoding.
            None is kept, and not all are taken if some say enough.
        codec (str): FFmpeg's name of their decoder.
        container (str): FFmpeg's name of their container's format.
        header (bytes): What the container says to the decoder, in its
            format. Defaults to none.

    Returns:
        list[int] | None: Numbers of those that show one each, from 0; None
        if only decoding can tell.
    """
    if codec == 'mpeg4':
        return _find_mpeg4(packets, header)
    if codec == 'vp8':
        return [i for i, p in enumerate(packets) if memoryview(p)[0] & 16]
    if codec in _ONE_EACH and container != 'avi':
        return [i for i, _ in enumerate(packets)]
    sizes = [packet.size for packet in packets]
    return None if any(n <= _TINY for n in sizes) else [*range(len(sizes))]


def stores_frames(container: str) -> bool:
    """Whether a container stores frames, rather than a stream to be parsed.

    A parser may make two packets of a frame, one of each field.

    Args:
        container (str): FFmpeg's name of its format.
    """
    return container.startswith(_FRAMED)


def _find_mpeg4(
    packets: Iterable[av.Packet], header: bytes
) -> list[int] | None:
    """Find the frames of MPEG-4 Part 2 as FFmpeg decodes them."""
    packed = None
    found, references, waiting = [], 0, False
    for i, packet in enumerate(packets):
        data = bytes(packet)
        if i == 0:
            packed = _PACKED.search(header + data)
        start = data.find(_VOP)
        if start < 0:
            continue
        frames, tiny = data.count(_VOP), len(data) - start <= _TINY
        if tiny and not waiting:
            return None  # not coded perhaps
        if frames > 2 or (frames == 2 and (waiting or not packed)):
            return None
        is_b = data[start + len(_VOP)] >> 6 == 2
        if is_b and references < 2:
            return None  # it refers to a frame that was cut off
        references += not is_b
        # A second frame waits for the next packet, whose own one waits then,
        # until a tiny packet has none of its own.
        waiting = frames == 2 or (waiting and not tiny)
        found.append(i)
    return found
