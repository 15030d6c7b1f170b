"""Decoding each video once, for small data sets and few cores."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...errors import StNetInputError
from ...utils.atomic import open_atomically
from .frame_folder import version_of
from .sources import is_url
from .video import StNetVideoDecode, StNetVideoInit


@TRANSFORMS.register_module()
class StNetCachedVideoInit(BaseTransform):
    """Open the decoded frames of a video, decoding it the first time.

    All frames of a video go into a file, which is mapped into memory from
    then on. It takes H * W * 3 bytes a frame: use it where decoding takes
    longer than training and the disk can hold the frames. A video that has
    changed since is decoded anew. What is no file, a URL or frames that are
    given, is not kept.

    ``StNetCachedVideoDecode`` takes the sampled frames from it.

    Required keys: ``filename``. Added keys: ``array`` (frames [L, H, W, 3],
    uint8, read-only), ``total_frames``.

    Args:
        cache (str): Folder for the frames; made if it is missing.
        short_side (int, optional): As in ``StNetVideoDecode``. Defaults to
            None, no scaling.
        **kwargs: Those of ``StNetVideoInit``.

    Raises:
        StNetInputError: As ``StNetVideoInit`` and ``StNetVideoDecode``.
    """

    def __init__(
        self, cache: str, short_side: int | None = None, **kwargs
    ) -> None:
        self.cache = Path(cache)
        self.short_side = short_side
        self.init = StNetVideoInit(**kwargs)
        self.decode = StNetVideoDecode(short_side)

    def transform(self, results: dict) -> dict:
        """Open the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        if 'array' in results or is_url(results.get('filename', '')):
            results['array'] = self._decode_all(results)
            results['total_frames'] = len(results['array'])
            return results
        if 'frame_dir' in results:
            raise StNetInputError(
                f'{results["frame_dir"]}: StNetCachedVideoInit keeps no '
                'frames of a RawframeDataset: use StNetVideoInit and '
                'StNetVideoDecode, as they are decoded already'
            )
        path = self._path(Path(results['filename']))
        if not path.exists():
            with open_atomically(path) as file:
                np.save(file, self._decode_all(results))
        results['array'] = np.load(path, mmap_mode='r')
        results['total_frames'] = len(results['array'])
        return results

    def _path(self, video: Path) -> Path:
        """Where the frames of a video are."""
        try:
            size, changed = version_of(video)
        except FileNotFoundError as error:
            raise StNetInputError(f'{video}: there is no such file') from error
        version = (
            str(video.resolve()),
            *(size, changed),
            self.short_side,
            self.init.decoder,
        )
        return self.cache / (
            hashlib.sha256(repr(version).encode()).hexdigest()[:32] + '.npy'
        )

    def _decode_all(self, results: dict) -> np.ndarray:
        sample = self.init(dict(results))
        sample['frame_inds'] = np.arange(sample['total_frames'])
        return np.stack(self.decode(sample)['imgs'])

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(cache={str(self.cache)!r}, '
            f'short_side={self.short_side})'
        )


@TRANSFORMS.register_module()
class StNetCachedVideoDecode(BaseTransform):
    """Take the sampled frames of what ``StNetCachedVideoInit`` opened.

    Required keys: ``array``, ``frame_inds``. Added keys: ``imgs`` (list of
    RGB uint8 arrays [H, W, 3]), ``original_shape``, ``img_shape``.
    """

    def transform(self, results: dict) -> dict:
        """Take the frames ``frame_inds``.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        array = results.pop('array')
        results['frame_inds'] = results['frame_inds'].reshape(-1)
        # Copies, because transforms such as Flip change images in place.
        imgs = [np.array(array[i]) for i in results['frame_inds']]
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
