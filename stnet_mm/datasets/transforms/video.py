"""Opening and decoding a video, with errors that name the file."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.logging import MMLogger

from ...errors import MissingCodecError, StNetInputError, check_choice
from .decoders import DECODERS
from .scaling import StNetScale

IMAGES = ('.jpg', '.jpeg', '.png', '.bmp', '.webp')


def _reason(error: Exception) -> str:
    """What an error says, without decord's source lines and stack trace."""
    # FFmpeg's errors repeat the name of the file after what they say.
    text = getattr(error, 'strerror', None) or str(error)
    lines = text.strip().splitlines()
    if not lines:
        return type(error).__name__
    line = re.sub(r'\[[\d:]+\] \S+:\d+: ', '', lines[0])
    return re.sub(r'^Check failed: .* vs\. \S+\) ', '', line)


def list_frames(folder: Path) -> list[str]:
    """List the frames in a folder, in the order of their names.

    Args:
        folder (Path): The folder.

    Returns:
        list[str]: Paths of the images.

    Raises:
        StNetInputError: If there are none.
    """
    frames = sorted(
        str(p) for p in folder.iterdir() if p.suffix.lower() in IMAGES
    )
    if not frames:
        raise StNetInputError(
            f'{folder}: no frames ({", ".join(IMAGES)}) in this folder'
        )
    return frames


def read_frame(path: str) -> np.ndarray:
    """Read a frame of a folder.

    Args:
        path (str): Path of the image.

    Returns:
        np.ndarray: RGB, [H, W, 3] uint8.

    Raises:
        StNetInputError: If it is no image.
    """
    try:
        image = mmcv.imread(path, channel_order='rgb')
    except cv2.error:  # newer OpenCV raises, older returns None
        image = None
    if image is None:
        raise StNetInputError(f'{path}: not a readable image')
    return image


@TRANSFORMS.register_module()
class StNetVideoInit(BaseTransform):
    """Open a video, with another decoder if the first lacks its codec.

    ``filename`` may also be a folder of frames (jpg, png, bmp or webp),
    which are taken in the order of their names.

    Required keys: ``filename``. Added keys: ``video_reader``,
    ``total_frames``, ``decoder``, and ``frame_paths`` for a folder.

    Args:
        decoder (str): The decoder to try first: ``'pyav'``, the fastest, with
            ``StNetPyAVInit``, MMAction2's ``'decord'`` or ``'opencv'``, or
            one of ``register_decoder``. Defaults to ``'pyav'``.
        num_threads (int): Threads of decoders that take a number of them, as
            PyAV and decord do. Defaults to 1.
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
        path = Path(results['filename'])
        if path.is_dir():
            return self._open_folder(path, results)
        if path.is_file() and path.stat().st_size == 0:
            raise StNetInputError(f'{path}: the file is empty')
        reasons = {}
        for decoder, init in self.inits.items():
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
                MMLogger.get_current_instance().warning(
                    f'{path}: opened with {decoder}, because {self.decoder} '
                    f'fails: {reasons[self.decoder]}. Further videos like it '
                    'are not reported.'
                )
            return results
        raise StNetInputError(
            f'{path}: it cannot be opened as a video: '
            + '; '.join(f'{name}: {why}' for name, why in reasons.items())
        )

    @staticmethod
    def _open_folder(path: Path, results: dict) -> dict:
        frames = list_frames(path)
        results['frame_paths'] = frames
        results['total_frames'] = len(frames)
        return results

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
            the pixels differ a little, because they filter. Defaults to
            None, no scaling.
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
        if 'frame_paths' in results:
            results['imgs'] = self._read_folder(results)
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
        if self.short_side and not self.scale and not scaled:
            height, width = results['imgs'][0].shape[:2]
            scale = (np.inf, self.short_side)
            size = mmcv.rescale_size((width, height), scale)
            results['imgs'] = [mmcv.imresize(i, size) for i in results['imgs']]
        results['original_shape'] = results['imgs'][0].shape[:2]
        results['img_shape'] = results['imgs'][0].shape[:2]
        return self.scale(results) if self.scale else results

    @staticmethod
    def _read_folder(results: dict) -> list[np.ndarray]:
        return [
            read_frame(results['frame_paths'][i])
            for i in results['frame_inds'].reshape(-1)
        ]

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(short_side={self.short_side}, '
            f'keep_ratio={self.scale is None})'
        )
