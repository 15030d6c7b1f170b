"""Opening a clip, as training will."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ...utils.quiet import quiet_stderr
from ...utils.watched_workers import report_alive
from ..transforms.frame_folder import list_files
from ..transforms.video import StNetVideoDecode, StNetVideoInit

_CHUNK = 1 << 20  # bytes


class Probe(NamedTuple):
    """What is found out about a clip.

    Attributes:
        frames (int): Number of its frames.
        content (str): Hash of its bytes; of a folder of frames, of theirs.
    """

    frames: int
    content: str


def probe_clip(path: str) -> Probe:
    """Open a clip, and decode its first, middle and last frame.

    Args:
        path (str): A video file or folder of frames.

    Returns:
        Probe: What is found out.

    Raises:
        StNetInputError: If it cannot be opened, or a frame be decoded.
        OSError: If it cannot be read.
    """
    init, decode = _transforms()
    with quiet_stderr():
        sample = init(dict(filename=path))
        frames = sample['total_frames']
        sample['frame_inds'] = np.unique([0, frames // 2, frames - 1])
        decode(sample)
    return Probe(frames, _hash(list_files(path)))


@lru_cache(maxsize=None)
def _transforms() -> tuple[StNetVideoInit, StNetVideoDecode]:
    return StNetVideoInit(), StNetVideoDecode()


def _hash(files: Sequence[str]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for name in files:
        digest = hashlib.blake2b(digest_size=16)
        with open(name, 'rb') as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                report_alive()
        total.update(digest.digest())
    return total.hexdigest()
