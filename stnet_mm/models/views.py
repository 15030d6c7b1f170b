"""The views of videos in testing: which there are, how many run at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import StNetInputError
from .crops import Crop, crop_kind, find_crops

TEST_CFG = ('num_segments', 'crops', 'crop_size', 'views_per_chunk')
# Views of this many values in all run at once by default. On a CPU that is one
# of 25 segments of 5 frames of 224x224 (128 MB in float32), which keeps its
# cores busy; a GPU needs ten. docs/performance.md has the measurements.
VALUES_PER_CHUNK = 2**25
VALUES_PER_CHUNK_ON_GPU = 2**28
# What a GPU's memory has to have room for, twice of what ResNet-50 takes.
BYTES_PER_VALUE = 40


class View(NamedTuple):
    """A crop of a clip of T*N frames.

    Attributes:
        video (int): Number of the video in the batch.
        start (int): The clip's first frame.
        length (int): T*N, its frames.
        crop (Crop): The crop.
    """

    video: int
    start: int
    length: int
    crop: Crop

    def cut(self, videos: Tensor | Sequence[Tensor]) -> Tensor:
        """Cut it out of the videos.

        Args:
            videos (Tensor | Sequence[Tensor]): Frames of each video,
                [M, 3, H, W].

        Returns:
            Tensor: The view, [T*N, 3, h, w].
        """
        clip = videos[self.video][self.start : self.start + self.length]
        return self.crop.cut(clip)


def list_views(
    videos: Tensor | Sequence[Tensor], length: int, cfg: dict
) -> list[View]:
    """List the views of videos, in MMAction2's order.

    Args:
        videos (Tensor | Sequence[Tensor]): Frames of each video,
            [V*T*N, 3, H, W].
        length (int): T*N, frames of a view.
        cfg (dict): ``crops`` and ``crop_size`` of ``test_cfg``; without them
            frames are taken whole.

    Returns:
        list[View]: The views; some may be alike.

    Raises:
        StNetInputError: If the videos differ in their number of frames, or
            the crops do not fit into them.
    """
    counts = sorted({len(frames) for frames in videos})
    if len(counts) > 1:
        raise StNetInputError(
            'the videos of a batch differ in their number of frames: '
            + ', '.join(map(str, counts))
        )
    views = []
    for video, frames in enumerate(videos):
        height, width = frames.shape[-2:]
        crops = [Crop(0, 0, width, height)]
        if cfg.get('crops'):
            crops = find_crops(cfg['crops'], cfg['crop_size'], height, width)
        views += [
            View(video, start, length, crop)
            for start in range(0, len(frames), length)
            for crop in crops
        ]
    return views


def views_per_chunk(
    views: Sequence[View], cfg: dict, device: torch.device
) -> int:
    """How many views to run at once.

    Args:
        views (Sequence[View]): The views.
        cfg (dict): A ``test_cfg``.
        device (torch.device): Where they run.

    Returns:
        int: Its ``views_per_chunk`` if given, else as many as have 2^25
        values in all, or 2^28 on a GPU with room for them; at least one.
    """
    if cfg.get('views_per_chunk'):
        return cfg['views_per_chunk']
    largest = max(3 * v.length * v.crop.width * v.crop.height for v in views)
    most = VALUES_PER_CHUNK
    if device.type == 'cuda':
        room = free_gpu_memory(device) // BYTES_PER_VALUE
        most = min(VALUES_PER_CHUNK_ON_GPU, room)
    return max(1, most // largest)


def free_gpu_memory(device: torch.device) -> int:
    """Bytes of a GPU that are free, or that PyTorch keeps without using."""
    free, _ = torch.cuda.mem_get_info(device)
    reserved = torch.cuda.memory_reserved(device)
    return free + reserved - torch.cuda.memory_allocated(device)


def check_test_cfg(cfg: dict) -> None:
    """Check a ``test_cfg``; ``StNetRecognizer`` says what is in it.

    Args:
        cfg (dict): The settings.

    Raises:
        StNetInputError: If one is unknown or has a wrong value.
    """
    unknown = ', '.join(sorted(cfg.keys() - set(TEST_CFG)))
    if unknown:
        raise StNetInputError(
            f'unknown in test_cfg: {unknown}. It takes {", ".join(TEST_CFG)}; '
            "views_per_chunk is what MMAction2's max_testing_views means"
        )
    for key in ('num_segments', 'views_per_chunk'):
        value = cfg.get(key)
        if value is not None and (not isinstance(value, int) or value < 1):
            raise StNetInputError(
                f'test_cfg.{key} must be a whole number from 1, not {value!r}'
            )
    if cfg.get('crops') is None:
        return
    crop_kind(cfg['crops'])
    if not cfg.get('crop_size'):
        raise StNetInputError(
            f'test_cfg.crops={cfg["crops"]!r} needs test_cfg.crop_size, the '
            'side of the crops in pixels'
        )
    size = cfg['crop_size']
    sides = size if isinstance(size, (list, tuple)) else (size, size)
    if len(sides) != 2 or not all(
        isinstance(side, int) and side > 0 for side in sides
    ):
        raise StNetInputError(
            f'test_cfg.crop_size={size!r}: give the side of the crops in '
            'pixels, or their width and height'
        )
