"""Reading a folder of frames as if it were a video."""

from __future__ import annotations

import cv2
import mmcv
import numpy as np

from ...errors import StNetInputError
from .frame_folder import list_frames


def open_folder(results: dict) -> dict:
    """Open a folder of frames, for ``StNetVideoInit``.

    Args:
        results (dict): The sample: the folder is its ``filename``, or its
            ``frame_dir`` if it comes from MMAction2's ``RawframeDataset``,
            whose list says which part it is.

    Returns:
        dict: The sample with ``frame_paths`` and ``total_frames``.

    Raises:
        StNetInputError: If there are no frames, or fewer than listed.
    """
    listed = 'frame_dir' in results
    folder = results['frame_dir' if listed else 'filename']
    frames = list_frames(folder, results.get('filename_tmpl'))
    if listed:
        start = results.get('offset', 0)
        stop = start + results['total_frames']
        if stop > len(frames):
            raise StNetInputError(
                f'{folder}: {len(frames)} frames, while the list of clips '
                f'counts {stop}: correct the list'
            )
        frames = frames[start:stop]
    results['frame_paths'] = frames
    results['total_frames'] = len(frames)
    return results


def read_frames(results: dict) -> list[np.ndarray]:
    """Read the sampled frames of a folder, for ``StNetVideoDecode``.

    Args:
        results (dict): The sample, as ``open_folder`` leaves it, and its
            ``frame_inds``.

    Returns:
        list[np.ndarray]: RGB, each [H, W, 3] uint8.

    Raises:
        StNetInputError: If one is no image, or they differ in size.
    """
    # Only the frames of a `RawframeDataset` are not counted from 0.
    first = results['start_index'] if 'frame_dir' in results else 0
    numbers = results['frame_inds'].reshape(-1) - first
    paths = [results['frame_paths'][i] for i in numbers]
    images = [read_frame(path) for path in paths]
    for path, image in zip(paths, images):
        if image.shape != images[0].shape:
            sizes = [f'{i.shape[1]}x{i.shape[0]}' for i in (image, images[0])]
            raise StNetInputError(
                f'{path}: a frame of {sizes[0]} beside {paths[0]} of '
                f'{sizes[1]}: the frames of a folder must have one size'
            )
    return images


def read_frame(path: str) -> np.ndarray:
    """Read a frame of a folder.

    Args:
        path (str): Path of the image.

    Returns:
        np.ndarray: RGB, [H, W, 3] uint8.

    Raises:
        StNetInputError: If it is no image, or cannot be read.
    """
    try:
        image = mmcv.imread(path, channel_order='rgb')
    except cv2.error:  # newer OpenCV raises, older returns None
        image = None
    except OSError as error:
        raise StNetInputError(
            f'{path}: it cannot be read ({error.strerror})'
        ) from error
    if image is None:
        raise StNetInputError(f'{path}: not a readable image')
    return image
