"""What a data set is made from."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass

from ...errors import StNetInputError, check_choice
from .actions import PAIRS, Pair
from .scene import check_format

# A scene's seed contains its split's place here.
SPLITS = ('train', 'val', 'test')
# Two local and two global pairs that a small network learns in minutes.
DEFAULT_PAIRS = ('sweep', 'size', 'hop_shake', 'pulse_spin')
# Raise it when the same settings give other videos than before.
VERSION = 1


@dataclass(frozen=True)
class Settings:
    """Settings of a data set; the same settings give the same data set.

    Attributes:
        level (int): A key of ``LEVELS``. Defaults to 1.
        pairs (tuple[str, ...]): Names of the pairs in it; their order does
            not matter. Defaults to ``DEFAULT_PAIRS``.
        train (int): Videos for training at least; it is rounded up until
            each class has as many. 0 leaves the split out. Defaults to 2400.
        val (int): Videos for validation, likewise. Defaults to 240.
        test (int): Videos for testing, likewise. Defaults to 480.
        num_frames (int): Frames of a video; even. Defaults to 48.
        size (tuple[int, int]): Height and width in pixels; even. Defaults to
            (80, 80).
        fps (float): Frames per second. Defaults to 24.
        seed (int): Seed; not negative. Defaults to 0.

    Raises:
        StNetInputError: If a setting cannot be used.
    """

    level: int = 1
    pairs: tuple[str, ...] = DEFAULT_PAIRS
    train: int = 2400
    val: int = 240
    test: int = 480
    num_frames: int = 48
    size: tuple[int, int] = (80, 80)
    fps: float = 24
    seed: int = 0

    def __post_init__(self) -> None:
        check_format(self.level, self.num_frames, self.size)
        known = [pair.name for pair in PAIRS]
        for name in self.pairs:
            check_choice('pair', name, known)
        if not self.pairs:
            raise StNetInputError('no pairs: choose from ' + ', '.join(known))
        sizes = [getattr(self, split) for split in SPLITS]
        if min(sizes) < 0 or max(sizes) == 0:
            raise StNetInputError(
                'the numbers of videos must not be negative, nor all 0'
            )
        if self.fps <= 0:
            raise StNetInputError('frames per second must be more than 0')
        if self.seed < 0:
            raise StNetInputError('the seed must not be negative')

    @property
    def selected_pairs(self) -> tuple[Pair, ...]:
        """The pairs, in the order of ``PAIRS``."""
        return tuple(pair for pair in PAIRS if pair.name in self.pairs)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of their labels."""
        return tuple(
            name for pair in self.selected_pairs for name in pair.classes
        )

    def num_scenes(self, split: str) -> int:
        """Scenes of each pair in a split; each gives two videos.

        Args:
            split (str): One of ``SPLITS``.

        Returns:
            int: The number of scenes.
        """
        return math.ceil(getattr(self, split) / len(self.class_names))

    def scene_seed(self, split: str, pair: Pair, index: int) -> list[int]:
        """Seed of a scene; no two scenes share one.

        It does not depend on the other settings, so that the same scenes
        exist at every level and in every selection of pairs.

        Args:
            split (str): One of ``SPLITS``.
            pair (Pair): The scene's pair.
            index (int): The scene's number in split and pair.

        Returns:
            list[int]: The seed, for ``render_video``.
        """
        return [self.seed, SPLITS.index(split), PAIRS.index(pair), index]

    def to_dict(self) -> dict:
        """All that the videos depend on, as plain data.

        Returns:
            dict: The settings and the generator's version.
        """
        names = [pair.name for pair in self.selected_pairs]
        return dict(
            asdict(self), pairs=names, size=list(self.size), version=VERSION
        )

    def fingerprint(self) -> str:
        """A short text that differs for settings that differ.

        Returns:
            str: 16 hexadecimal digits.
        """
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
