"""Reading what an exported network sees of a video."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from .contract import Contract
from .errors import StNetInputError
from .sampling import frame_numbers
from .video_reader import VideoReader


def read_frames(
    video: str | Path, contract: Contract, num_segments: int | None = None
) -> np.ndarray:
    """Read what the network sees of a video.

    Args:
        video (str | Path): A video file.
        contract (Contract): What the network takes.
        num_segments (int, optional): T. Defaults to None, that of the
            contract.

    Returns:
        np.ndarray: Frames, [T*N, H, W, 3] RGB uint8.

    Raises:
        StNetInputError: If it cannot be read; names it.
    """
    segments = num_segments or contract.num_segments
    if Path(video).is_dir():
        raise StNetInputError(f'{video} is a folder: give a video file')
    if not Path(video).is_file():
        raise StNetInputError(f'{video}: there is no such file')
    try:
        with VideoReader(str(video)) as reader:
            numbers = frame_numbers(
                *(len(reader), segments, contract.num_frames), contract.center
            )
            frames = reader.get_frames(numbers, contract.short_side)
    except (av.error.FFmpegError, StNetInputError) as error:
        reason = getattr(error, 'strerror', None) or str(error)
        raise StNetInputError(
            f'{video}: it cannot be read as a video: {reason}'
        ) from error
    return np.stack(frames)
