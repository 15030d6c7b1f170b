"""What the transforms of decoders have in common that come with a reader."""

from __future__ import annotations

from typing import Any

import numpy as np
from mmcv.transforms import BaseTransform

from .sources import find_source


class ReaderInit(BaseTransform):
    """Open a video with a reader.

    Required keys: ``filename``. Added keys: ``video_reader``,
    ``total_frames``, ``avg_fps``.

    Args:
        io_backend (str): Where files are: one of MMEngine's backends, such
            as ``'local'`` or ``'http'``. Defaults to ``'disk'``, which is
            ``'local'`` and reads no more than it needs, but downloads URLs.
        num_threads (int): Threads of the decoder. Defaults to 1.
        **kwargs: Further arguments of the backend.
    """

    def __init__(
        self, io_backend: str = 'disk', num_threads: int = 1, **kwargs
    ) -> None:
        self.io_backend = io_backend
        self.num_threads = num_threads
        self.kwargs = kwargs

    def open_reader(self, source: str | bytes) -> Any:
        """Make the reader.

        Args:
            source (str | bytes): Path of the file, or what is in it.

        Returns:
            Any: Something with a length, ``fps``, ``get_frames`` and
            ``close``, as ``VideoReader`` has them.

        Raises:
            ImportError: If the library is missing or too old.
            StNetInputError: If it cannot be opened as a video.
        """
        raise NotImplementedError

    def transform(self, results: dict) -> dict:
        """Open the video.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.

        Raises:
            ImportError: If the decoder's library is missing or too old.
            StNetInputError: If there is no video in the file.
        """
        path = str(results['filename'])
        source = find_source(path, self.io_backend, **self.kwargs)
        reader = self.open_reader(source)
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['avg_fps'] = reader.fps
        return results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(io_backend={self.io_backend!r}, '
            f'num_threads={self.num_threads})'
        )


class ReaderDecode(BaseTransform):
    """Decode the sampled frames, and close the video.

    Required keys: ``video_reader``, ``frame_inds``. Added keys: ``imgs``
    (list of RGB uint8 arrays [H, W, 3]), ``original_shape``, ``img_shape``.
    """

    def get_frames(self, reader: Any, indices: np.ndarray) -> list[np.ndarray]:
        """Decode frames.

        Args:
            reader (Any): What ``ReaderInit.open_reader`` made.
            indices (np.ndarray): Numbers of the frames, [L].

        Returns:
            list[np.ndarray]: The frames, each [H, W, 3] RGB uint8.
        """
        return reader.get_frames(indices)

    def transform(self, results: dict) -> dict:
        """Decode the frames ``frame_inds``.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.

        Raises:
            StNetInputError: If a frame cannot be decoded.
        """
        results['frame_inds'] = results['frame_inds'].reshape(-1)
        with results['video_reader'] as reader:
            imgs = self.get_frames(reader, results['frame_inds'])
        results['video_reader'] = None
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
