"""Checkpoints that broke on the way."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .mutant import Mutant, of_bytes

# Bytes of the records of a zip.
LOCAL_HEADER, CENTRAL_HEADER, END = 30, 46, 22


def cut(whole: Path, count: int) -> Iterator[Mutant]:
    """Cut a checkpoint at its structures, and inside of its parts.

    Args:
        whole (Path): The checkpoint.
        count (int): How many.

    Yields:
        Mutant: Its start.
    """
    data = whole.read_bytes()
    places = {0, 1, len(data) - 1, len(data) - END}
    with zipfile.ZipFile(whole) as archive:
        central = archive.start_dir
        for entry in archive.infolist():
            start = entry.header_offset
            inside = start + LOCAL_HEADER + len(entry.filename)
            places |= {start, inside, inside + entry.file_size // 2}
            places |= {central, central + 1}
            central += CENTRAL_HEADER + len(entry.filename)
            central += len(entry.extra) + len(entry.comment)
    ordered = np.array(sorted(p for p in places if p < len(data)))
    chosen = np.linspace(0, len(ordered) - 1, min(count, len(ordered)))
    for place in ordered[chosen.round().astype(int)]:
        yield of_bytes('cut short', f'cut at {place}', data[:place])


def bits_flipped(
    data: bytes, count: int, random: np.random.Generator
) -> Iterator[Mutant]:
    """Flip bits: every other time in the directory at the end.

    Args:
        data (bytes): A checkpoint.
        count (int): How many checkpoints.
        random (np.random.Generator): Where to.

    Yields:
        Mutant: The checkpoint with one to nine bits flipped.
    """
    directory = data.index(b'PK\x01\x02')
    for number in range(count):
        changed = bytearray(data)
        first = directory if number % 2 else 0
        for place in random.integers(first, len(data), random.integers(1, 10)):
            changed[place] ^= 1 << random.integers(8)
        yield of_bytes('bits flipped', f'bits, {number}', bytes(changed))


def holes(
    data: bytes, count: int, random: np.random.Generator
) -> Iterator[Mutant]:
    """Overwrite a part with zeros, as a disk may.

    Args:
        data (bytes): A checkpoint.
        count (int): How many checkpoints.
        random (np.random.Generator): Where to.

    Yields:
        Mutant: The checkpoint with a hole.
    """
    for number in range(count):
        changed = bytearray(data)
        start = int(random.integers(0, len(data) - 1))
        length = min(len(data) - start, int(random.integers(1, 5000)))
        changed[start : start + length] = bytes(length)
        yield of_bytes('a hole of zeros', f'hole, {number}', bytes(changed))
