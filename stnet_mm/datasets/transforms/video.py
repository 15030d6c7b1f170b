"""Opening and decoding a video, with errors that name the file."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import mmcv
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...errors import StNetInputError

# decoder: MMAction2's transforms that open and decode with it.
DECODERS = {
    'decord': ('DecordInit', 'DecordDecode'),
    'pyav': ('PyAVInit', 'PyAVDecode'),
    'opencv': ('OpenCVInit', 'OpenCVDecode'),
}
IMAGES = ('.jpg', '.jpeg', '.png', '.bmp', '.webp')


def _build(decoder: str, which: int, **kwargs) -> BaseTransform:
    if decoder not in DECODERS:
        raise StNetInputError(
            f'unknown decoder {decoder!r}: choose one of '
            + ', '.join(map(repr, DECODERS))
        )
    return TRANSFORMS.build(dict(type=DECODERS[decoder][which], **kwargs))


def _reason(error: Exception) -> str:
    """What an error says, without decord's source lines and stack trace."""
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    line = re.sub(r'\[[\d:]+\] \S+:\d+: ', '', lines[0])
    return re.sub(r'^Check failed: .* vs\. \S+\) ', '', line)


@TRANSFORMS.register_module()
class StNetVideoInit(BaseTransform):
    """Open a video with MMAction2's transform for a decoder.

    ``filename`` may also be a folder of frames (jpg, png, bmp or webp),
    which are taken in the order of their names.

    Required keys: ``filename``. Added keys: ``video_reader``,
    ``total_frames``, and ``frame_paths`` for a folder.

    Args:
        decoder (str): ``'decord'``, ``'pyav'`` or ``'opencv'``. Defaults to
            ``'decord'``.
        **kwargs: Further arguments of MMAction2's transform.

    Raises:
        StNetInputError: If the decoder is unknown or, when transforming,
            there is no such file or it is no video; the message names it.
    """

    def __init__(self, decoder: str = 'decord', **kwargs) -> None:
        self.decoder = decoder
        self.init = _build(decoder, 0, **kwargs)

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
        try:
            results = self.init.transform(results)
            if self.decoder == 'pyav' and not results['total_frames']:
                # Some containers (mkv) do not store the number of frames.
                container = results['video_reader']
                results['total_frames'] = sum(
                    packet.size > 0 for packet in container.demux(video=0)
                )
                container.seek(0)
        except FileNotFoundError as error:
            raise StNetInputError(f'{path}: there is no such file') from error
        except ImportError:
            raise
        except IndexError as error:
            raise StNetInputError(f'{path}: no video stream in it') from error
        except Exception as error:
            raise StNetInputError(
                f'{path}: {self.decoder} cannot open it as a video: '
                f'{_reason(error)} (another decoder may: '
                f'{", ".join(d for d in DECODERS if d != self.decoder)})'
            ) from error
        if results['total_frames'] < 1:
            raise StNetInputError(
                f'{path}: {self.decoder} finds no frames in it'
            )
        return results

    @staticmethod
    def _open_folder(path: Path, results: dict) -> dict:
        frames = sorted(
            str(p) for p in path.iterdir() if p.suffix.lower() in IMAGES
        )
        if not frames:
            raise StNetInputError(
                f'{path}: no frames ({", ".join(IMAGES)}) in this folder'
            )
        results['frame_paths'] = frames
        results['total_frames'] = len(frames)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(decoder={self.decoder!r})'


@TRANSFORMS.register_module()
class StNetVideoDecode(BaseTransform):
    """Decode the sampled frames of what ``StNetVideoInit`` opened.

    Required keys: ``filename``, ``frame_inds``, ``video_reader`` or
    ``frame_paths``. Added keys: ``imgs`` (list of RGB uint8 arrays
    [H, W, 3]), ``original_shape``, ``img_shape``.

    Args:
        decoder (str): The decoder given to ``StNetVideoInit``. Defaults to
            ``'decord'``.
        **kwargs: Further arguments of MMAction2's transform.

    Raises:
        StNetInputError: If the decoder is unknown or, when transforming, the
            frames cannot be decoded; the message names the file.
    """

    def __init__(self, decoder: str = 'decord', **kwargs) -> None:
        self.decoder = decoder
        self.decode = _build(decoder, 1, **kwargs)

    def transform(self, results: dict) -> dict:
        """Decode the frames ``frame_inds``.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        if 'frame_paths' in results:
            return self._read_folder(results)
        try:
            return self.decode.transform(results)
        except Exception as error:
            raise StNetInputError(
                f'{results["filename"]}: {self.decoder} cannot decode its '
                f'frames: {_reason(error)}'
            ) from error

    @staticmethod
    def _read_folder(results: dict) -> dict:
        imgs = []
        for i in results['frame_inds'].reshape(-1):
            path = results['frame_paths'][i]
            try:
                img = mmcv.imread(path, channel_order='rgb')
            except cv2.error:  # newer OpenCV raises, older returns None
                img = None
            if img is None:
                raise StNetInputError(f'{path}: not a readable image')
            imgs.append(img)
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(decoder={self.decoder!r})'
