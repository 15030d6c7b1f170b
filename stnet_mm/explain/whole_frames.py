"""Where maps of crops go back into whole frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch.nn.functional import interpolate

from ..models.crops import Crop
from .clips import Clip
from .explanation import Explanation


@dataclass(frozen=True)
class SeenImage:
    """A super-image, a frame or a time step that has a map of its own.

    Attributes:
        frames (tuple[int, ...]): Numbers of its frames in the video.
        picture (np.ndarray): The middle one, whole, RGB [H, W, 3] uint8.
    """

    frames: tuple[int, ...]
    picture: np.ndarray

    @property
    def span(self) -> tuple[int, int]:
        """Its first and last frame.

        At the end of a short video, clips go on from its first frame: what
        comes after the end is left out.
        """
        last = self.frames[0]
        for frame in self.frames:
            if frame < last:
                break
            last = frame
        return self.frames[0], last

    @property
    def center(self) -> float:
        """Where it lies in the video, in frames."""
        return sum(self.span) / 2


class WholeFrames:
    """Averages the maps and contributions of the views of a clip.

    A map belongs to the frames of its image, and to no others.

    Args:
        clip (Clip): The clip.
    """

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self._size = tuple(clip.frames.shape[-2:])
        self._count = np.zeros(self._size, np.float32)
        self._views = 0
        self._maps: dict[int, np.ndarray] = {}
        self._contributions: dict[tuple[str, int], np.ndarray] = {}

    def add(self, crop: Crop, found: list[Explanation]) -> None:
        """Add what was found in a view.

        Args:
            crop (Crop): Where it is in the frame.
            found (list[Explanation]): Of each class, for this view only.
        """
        rows = slice(crop.top, crop.top + crop.height)
        columns = slice(crop.left, crop.left + crop.width)
        self._count[rows, columns] += 1
        self._views += 1
        for explanation in found:
            label = int(explanation.classes)
            # [1, I, h, w] -> [I, height, width]
            maps = interpolate(
                explanation.maps.float(),
                (crop.height, crop.width),
                mode='bilinear',
                align_corners=False,
            )[0]
            if crop.flip:
                maps = maps.flip(-1)
            empty = np.zeros((len(maps), *self._size), np.float32)
            total = self._maps.setdefault(label, empty)
            total[:, rows, columns] += maps.cpu().numpy()
            for kind in ('gradient_input', 'head_contributions'):
                values = getattr(explanation, kind)
                if values is not None:
                    values = _spread(
                        values[0].double().cpu().numpy(), len(maps)
                    )
                    before = self._contributions.get((kind, label), 0)
                    self._contributions[kind, label] = before + values

    @property
    def labels(self) -> tuple[int, ...]:
        """The classes."""
        return tuple(self._maps)

    @property
    def images(self) -> list[SeenImage]:
        """The images that have a map of their own, I of them."""
        (maps, *_) = self._maps.values()
        numbers = np.array_split(self._clip.numbers, len(maps))
        frames = self._clip.frames.tensor_split(len(maps))
        return [
            SeenImage(
                tuple(map(int, part)),
                # [3, H, W] -> [H, W, 3]
                pictures[len(part) // 2].permute(1, 2, 0).numpy(),
            )
            for part, pictures in zip(numbers, frames)
        ]

    @property
    def covered(self) -> np.ndarray:
        """Which pixels are in a view, [H, W] bool."""
        return self._count > 0

    def maps(self, label: int) -> np.ndarray:
        """Mean maps of a class.

        Args:
            label (int): The class.

        Returns:
            np.ndarray: Maps, [I, H, W] float32; 0 where there is no view.
        """
        return self._maps[label] / np.maximum(self._count, 1)

    def contributions(self, kind: str, label: int) -> np.ndarray | None:
        """Mean contributions of the images to a class's logit.

        Args:
            kind (str): ``'gradient_input'`` or ``'head_contributions'``.
            label (int): The class.

        Returns:
            np.ndarray | None: [I], or None if there is none of this kind.
        """
        total = self._contributions.get((kind, label))
        return None if total is None else total / self._views


def _spread(values: np.ndarray, count: int) -> np.ndarray:
    """Spread values over finer steps in time, of the same sum."""
    parts = np.array_split(np.arange(count), len(values))
    return np.concatenate(
        [np.full(len(p), v / len(p)) for p, v in zip(parts, values)]
    )
