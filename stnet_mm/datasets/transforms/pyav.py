"""The fast decoder as a pair of MMAction2's transforms."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from mmaction.registry import TRANSFORMS

from .readers import ReaderDecode, ReaderInit

if TYPE_CHECKING:
    from stnet_runtime.video_reader import VideoReader


@TRANSFORMS.register_module()
class StNetPyAVInit(ReaderInit):
    """Open a video with PyAV's ``VideoReader``."""

    def open_reader(self, source: str | bytes) -> VideoReader:
        """Make the reader, as ``ReaderInit`` says."""
        # Only now, because PyAV is not required: there are other decoders.
        from stnet_runtime.video_reader import VideoReader

        file = io.BytesIO(source) if isinstance(source, bytes) else source
        return VideoReader(file, self.num_threads)


@TRANSFORMS.register_module()
class StNetPyAVDecode(ReaderDecode):
    """Decode the sampled frames with PyAV, and close the video.

    Args:
        short_side (int, optional): Length in pixels to scale the frames'
            short side to while decoding, which is faster than decoding first
            and filters better. Defaults to None, no scaling.
    """

    def __init__(self, short_side: int | None = None) -> None:
        self.short_side = short_side

    def get_frames(
        self, reader: VideoReader, indices: np.ndarray
    ) -> list[np.ndarray]:
        """Decode and scale frames, as ``ReaderDecode`` says."""
        return reader.get_frames(indices, self.short_side)

    def __repr__(self) -> str:
        return f'{type(self).__name__}(short_side={self.short_side})'
