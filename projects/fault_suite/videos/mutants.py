"""Videos of six containers, damaged in four ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

CODECS = {
    'mp4': 'libx264',
    'mov': 'mpeg4',
    'avi': 'mpeg4',
    'mkv': 'libx264',
    'webm': 'libvpx',
    'ts': 'mpeg2video',
}
FRAMES, HEIGHT, WIDTH, RATE = 40, 48, 64, 25


class Mutant(NamedTuple):
    """A damaged video.

    Attributes:
        path (Path): The file.
        container (str): One of ``CODECS``.
        damage (str): One of ``DAMAGES``.
    """

    path: Path
    container: str
    damage: str


def write_good(path: Path, seed: int) -> None:
    """Write a video of moving noise.

    Args:
        path (Path): The file; its suffix is one of ``CODECS``.
        seed (int): What the noise follows from.
    """
    random = np.random.default_rng(seed)
    wide = random.integers(0, 256, (HEIGHT, WIDTH + FRAMES, 3), np.uint8)
    options = {'fflags': '+bitexact'}  # no random identifiers
    with av.open(str(path), 'w', options=options) as container:
        stream = container.add_stream(CODECS[path.suffix[1:]], rate=RATE)
        stream.width, stream.height = WIDTH, HEIGHT
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.gop_size = 10
        for i in range(FRAMES):
            image = np.ascontiguousarray(wide[:, i : i + WIDTH])
            frame = av.VideoFrame.from_ndarray(image, format='rgb24')
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def write_mutants(folder: Path, count: int, seed: int = 0) -> list[Mutant]:
    """Write damaged videos, as many of each container and damage.

    Args:
        folder (Path): Where to; made if it is missing.
        count (int): How many.
        seed (int): What the damages follow from. Defaults to 0.

    Returns:
        list[Mutant]: The videos.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    containers, damages = [*CODECS], [*DAMAGES]
    mutants = []
    for i in range(count):
        container = containers[i % len(containers)]
        damage = damages[i // len(containers) % len(damages)]
        path = folder / f'{i:04d}.{container}'
        write_good(path, i)
        data = bytearray(path.read_bytes())
        path.write_bytes(DAMAGES[damage](data, random))
        mutants.append(Mutant(path, container, damage))
    return mutants


def _truncate(data: bytearray, random: np.random.Generator) -> bytes:
    return data[: random.integers(1, len(data))]


def _flip_bits(data: bytearray, random: np.random.Generator) -> bytes:
    for place in random.integers(0, len(data), random.integers(1, 200)):
        data[place] ^= 1 << random.integers(8)
    return data


def _cut_hole(data: bytearray, random: np.random.Generator) -> bytes:
    start = random.integers(0, len(data))
    length = random.integers(1, len(data) // 4)
    data[start : start + length] = bytes(len(data[start : start + length]))
    return data


def _cut_header(data: bytearray, random: np.random.Generator) -> bytes:
    return data[random.integers(1, 2000) :]


DAMAGES: dict[str, Callable] = {
    'truncated': _truncate,
    'bits flipped': _flip_bits,
    'a hole of zeros': _cut_hole,
    'header cut': _cut_header,
}
