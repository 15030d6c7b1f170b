"""Whether a file is shorter than its container says."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

_TS_PACKET = 188


def find_truncation(path: str | Path) -> str:
    """Say what a video file lacks at its end.

    Only headers are read. It knows MP4 and MOV, AVI, Matroska and WebM, and
    transport streams; other containers do not say how long they are.

    Args:
        path (str | Path): The file.

    Returns:
        str: What is missing; empty if nothing seems to be.

    Raises:
        OSError: If it cannot be read.
    """
    size = os.path.getsize(path)
    with open(path, 'rb') as file:
        start = file.read(12)
        file.seek(0)
        if start[4:8] in (b'ftyp', b'moov', b'mdat', b'wide', b'free'):
            return _check_boxes(file, size)
        if start[:4] == b'RIFF':
            return _check_riff(file, size)
        if start[:4] == b'\x1a\x45\xdf\xa3':
            return _check_matroska(file, size)
        if start[:1] == b'G' and size % _TS_PACKET:
            file.seek(_TS_PACKET)
            if file.read(1) == b'G':
                return 'its last packet is cut'
    return ''


def _missing(end: int, size: int) -> str:
    if end <= size:
        return ''
    return f'{end - size:,} of its {end:,} bytes are missing'


def _check_boxes(file: BinaryIO, size: int) -> str:
    """MP4: boxes of a length and a name, among them the index."""
    position, names = 0, set()
    while position + 8 <= size:
        file.seek(position)
        length, name = struct.unpack('>I4s', file.read(8))
        header = 8
        if length == 1:
            wide = file.read(8)
            length = int.from_bytes(wide, 'big')
            header = 16
        elif length == 0:  # up to the end of the file
            length = size - position
        if length < header or not name.isalnum():
            break  # no box: something else follows the video
        names.add(name)
        position += length
    return _missing(position, size) or (
        '' if {b'moov', b'moof'} & names else 'its index (moov) is missing'
    )


def _check_riff(file: BinaryIO, size: int) -> str:
    """AVI: chunks called RIFF, one after the other."""
    position = 0
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack('<4sI', file.read(8))
        if name != b'RIFF' or not length:
            break
        position += 8 + length + length % 2
    # The last byte may be padding that was not written.
    return _missing(position - 1, size)


def _check_matroska(file: BinaryIO, size: int) -> str:
    """Matroska: a header and a segment, which may not say its length."""
    for name in (b'\x1a\x45\xdf\xa3', b'\x18\x53\x80\x67'):
        if file.read(4) != name:
            return ''
        first = file.read(1)
        if not first or not first[0]:
            return ''
        # Leading zeros count the bytes that follow.
        more = 8 - first[0].bit_length()
        top = first[0] & (0x7F >> more)
        length = int.from_bytes(bytes([top]) + file.read(more), 'big')
        if length == (1 << 7 * (more + 1)) - 1:  # unknown, as of a live stream
            return ''
        end = file.tell() + length
        file.seek(end)
    return _missing(end, size)
