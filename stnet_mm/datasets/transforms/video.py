"""Opening and decoding a video, with errors that name the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.logging import MMLogger

from ...errors import (
    MissingCodecError,
    NotAVideoError,
    StNetInputError,
    check_choice,
)
from .decoders import DECODERS
from .folder_reading import open_folder, read_frames
from .given_frames import check_frames
from .readers import ReaderInit
from .scaling import StNetScale
from .sources import is_url


def _reason(error: Exception) -> str:
    """What an error says, without decord's source lines and stack trace."""
    # FFmpeg's errors repeat the name of the file after what they say.
    text = getattr(error, 'strerror', None) or str(error)
    lines = text.strip().splitlines()
    if not lines:
        return type(error).__name__
    line = re.sub(r'\[[\d:]+\] \S+:\d+: ', '', lines[0])
    return re.sub(r'^Check failed: .* vs\. \S+\) ', '', line)


@TRANSFORMS.register_module()
class StNetVideoInit(BaseTransform):
    """Open a video, with another decoder if the first lacks its codec.

    ``filename`` may also be a URL, or a folder of frames (jpg, png, bmp or
    webp), which are taken in the order of their numbers; see
    ``list_frames``. In its place there may be the folder of MMAction2's
    ``RawframeDataset`` as ``frame_dir``, or frames as ``array``.

    Required keys: ``filename``, or ``frame_dir``, or ``array`` (frames, each
    [H, W, 3] RGB uint8). Optional keys: ``filename_tmpl``, which series of a
    folder to prefer; ``offset`` and ``total_frames``, the part of a
    ``frame_dir``. Added keys: ``total_frames``; ``video_reader`` and
    ``decoder`` for a video, ``frame_paths`` for a folder.

    Args:
        decoder (str): The decoder to try first: ``'pyav'``, the fastest, with
            ``StNetPyAVInit``, ``'torchcodec'`` with ``StNetTorchCodecInit``,
            MMAction2's ``'decord'`` or ``'opencv'``, or one of
            ``register_decoder``. Defaults to ``'pyav'``.
        num_threads (int): Threads of decoders that take a number of them, as
            all of these but OpenCV do. Defaults to 1.
        **kwargs: ``io_backend`` and its arguments, as in MMAction2.

    Raises:
        StNetInputError: If the decoder is unknown or, when transforming,
            there is no such file or it is no video; the message names it.
    """

    def __init__(
        self, decoder: str = 'pyav', num_threads: int = 1, **kwargs
    ) -> None:
        check_choice('decoder', decoder, DECODERS)
        self.decoder = decoder
        self.io_backend = kwargs.get('io_backend', 'disk')
        self.inits = {}
        for name in (decoder, *(d for d in DECODERS if d != decoder)):
            cfg = dict(type=DECODERS[name].open, **kwargs)
            if DECODERS[name].threads:
                cfg['num_threads'] = num_threads
            self.inits[name] = TRANSFORMS.build(cfg)
        self.replaced: set[str] = set()

    def transform(self, results: dict) -> dict:
        """Open the video or folder.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        if 'array' in results:
            results['array'] = check_frames(results['array'])
            results['total_frames'] = len(results['array'])
            return results
        if 'frame_dir' in results:
            return open_folder(results)
        if is_url(results['filename']):
            return self._open_video(results['filename'], results)
        path = Path(results['filename'])
        if path.is_dir():
            return open_folder(results)
        if path.is_file() and path.stat().st_size == 0:
            raise StNetInputError(f'{path}: the file is empty')
        return self._open_video(path, results)

    def _open_video(self, path: str | Path, results: dict) -> dict:
        reasons: dict[str, str] = {}
        inits = self.inits
        if is_url(path) and self.io_backend == 'disk':
            # They download by themselves.
            inits = {
                name: init
                for name, init in inits.items()
                if isinstance(init, ReaderInit)
            }
        for decoder, init in inits.items():
            try:
                results = init.transform(results)
                if results['total_frames'] < 1:
                    raise StNetInputError('no frames in it')
            except FileNotFoundError as error:
                raise StNetInputError(
                    f'{path}: there is no such file'
                ) from error
            except Exception as error:
                reasons[decoder] = _reason(error)
                elsewhere = isinstance(error, (ImportError, MissingCodecError))
                if DECODERS[decoder].trusted_to_diagnose and not elsewhere:
                    break
                continue
            results['decoder'] = decoder
            if reasons and decoder not in self.replaced:
                self.replaced.add(decoder)
                # Not always the one wanted: some open no URLs.
                first, reason = next(iter(reasons.items()))
                MMLogger.get_current_instance().warning(
                    f'{path}: opened with {decoder}, because {first} fails: '
                    f'{reason}. Further videos like it are not reported.'
                )
            return results
        raise NotAVideoError(
            f'{path}: it cannot be opened as a video: '
            + '; '.join(f'{name}: {why}' for name, why in reasons.items())
        )

    def __repr__(self) -> str:
        return f'{type(self).__name__}(decoder={self.decoder!r})'


@TRANSFORMS.register_module()
class StNetVideoDecode(BaseTransform):
    """Decode the sampled frames of what ``StNetVideoInit`` opened.

    Required keys: ``filename``, ``frame_inds``, and those that
    ``StNetVideoInit`` adds. Added keys: ``imgs`` (list of RGB uint8 arrays
    [H, W, 3]), ``original_shape``, ``img_shape``.

    Args:
        short_side (int, optional): Length in pixels to scale the frames'
            short side to. Decoders that can, such as PyAV, do it while
            decoding, faster than MMAction2's ``Resize`` does it afterwards;
            the pixels differ a little, because they filter. Frames of a
            folder or an array are scaled as PyAV does, if it is there.
            Defaults to None, no scaling.
        keep_ratio (bool): Whether scaling keeps the aspect ratio; if not,
            frames become 4:3 or 3:4 as with ``StNetScale``, the authors'
            scaling. Defaults to True.

    Raises:
        StNetInputError: If the aspect ratio is to change without a short
            side, or, when transforming, if the frames cannot be decoded; the
            message names the file.
    """

    def __init__(
        self, short_side: int | None = None, keep_ratio: bool = True
    ) -> None:
        if short_side is not None and short_side < 1:
            raise StNetInputError(
                f'StNetVideoDecode: short_side={short_side}: give pixels from '
                '1, or None for no scaling'
            )
        self.short_side, self.scale = short_side, None
        if not keep_ratio:
            if short_side is None:
                raise StNetInputError(
                    'StNetVideoDecode: keep_ratio=False needs short_side, the '
                    'length to scale to in pixels'
                )
            self.scale, short_side = StNetScale(short_side), None
        self.decodes = {}
        for name, decoder in DECODERS.items():
            cfg: dict = dict(type=decoder.decode)
            if decoder.scales:
                cfg['short_side'] = short_side
            self.decodes[name] = TRANSFORMS.build(cfg)

    def transform(self, results: dict) -> dict:
        """Decode the frames ``frame_inds``.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        scaled = False
        if 'array' in results:
            results['imgs'] = _take_frames(results)
        elif 'frame_paths' in results:
            results['imgs'] = read_frames(results)
        else:
            decoder = results['decoder']
            try:
                results = self.decodes[decoder].transform(results)
            except Exception as error:
                raise StNetInputError(
                    f'{results["filename"]}: {decoder} cannot decode its '
                    f'frames: {_reason(error)}'
                ) from error
            scaled = DECODERS[decoder].scales
            # OpenCV's are views, colors backwards, which Flip, in place,
            # cannot change.
            results['imgs'] = [
                np.ascontiguousarray(image) for image in results['imgs']
            ]
        if self.short_side and not self.scale and not scaled:
            scale = _image_scaler(self.short_side)
            results['imgs'] = [scale(image) for image in results['imgs']]
        results['original_shape'] = results['imgs'][0].shape[:2]
        results['img_shape'] = results['imgs'][0].shape[:2]
        return self.scale(results) if self.scale else results

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(short_side={self.short_side}, '
            f'keep_ratio={self.scale is None})'
        )


def _take_frames(results: dict) -> list[np.ndarray]:
    # Copies, because transforms such as Flip change images in place.
    frames = results.pop('array')
    return [np.array(frames[i]) for i in results['frame_inds'].reshape(-1)]


# Not kept by the transform, which must be copied and pickled.
@lru_cache(maxsize=None)
def _image_scaler(short_side: int) -> Callable[[np.ndarray], np.ndarray]:
    """What scales images as videos are scaled."""
    try:
        from ..image_scaler import ImageScaler
    except ImportError:  # PyAV is missing or too old
        return lambda image: mmcv.imresize(
            image,
            mmcv.rescale_size(image.shape[1::-1], (np.inf, short_side)),
        )
    return ImageScaler(short_side)
