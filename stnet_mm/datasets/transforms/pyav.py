"""The fast decoder as a pair of MMAction2's transforms."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.request import urlopen

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.fileio import get

TIMEOUT = 60  # seconds without an answer of a server


def is_url(path: str | Path) -> bool:
    """Whether a video is to be downloaded.

    Args:
        path (str | Path): The video.

    Returns:
        bool: Whether it is a URL.
    """
    return '://' in str(path)


@TRANSFORMS.register_module()
class StNetPyAVInit(BaseTransform):
    """Open a video with ``VideoReader``.

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

    def transform(self, results: dict) -> dict:
        """Open the video.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.

        Raises:
            ImportError: If PyAV is missing or too old.
            StNetInputError: If there is no video in the file.
        """
        # Only now, because PyAV is not required: there are other decoders.
        from stnet_runtime.video_reader import VideoReader

        path = str(results['filename'])
        file: str | io.BytesIO = path
        if self.io_backend != 'disk':
            backend = dict(backend=self.io_backend, **self.kwargs)
            file = io.BytesIO(get(path, backend_args=backend))
        elif is_url(path):
            with urlopen(path, timeout=TIMEOUT) as response:
                file = io.BytesIO(response.read())
        reader = VideoReader(file, self.num_threads)
        results['video_reader'] = reader
        results['total_frames'] = len(reader)
        results['avg_fps'] = reader.fps
        return results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(io_backend={self.io_backend!r}, '
            f'num_threads={self.num_threads})'
        )


@TRANSFORMS.register_module()
class StNetPyAVDecode(BaseTransform):
    """Decode the sampled frames, and close the video.

    Required keys: ``video_reader``, ``frame_inds``. Added keys: ``imgs``
    (list of RGB uint8 arrays [H, W, 3]), ``original_shape``, ``img_shape``.

    Args:
        short_side (int, optional): Length in pixels to scale the frames'
            short side to while decoding, which is faster than decoding first
            and filters better. Defaults to None, no scaling.
    """

    def __init__(self, short_side: int | None = None) -> None:
        self.short_side = short_side

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
            imgs = reader.get_frames(results['frame_inds'], self.short_side)
        results['video_reader'] = None
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(short_side={self.short_side})'
