"""The classes: pairs of actions that show the same frames in another order.

A *local* pair differs in every run of successive frames: its motion is a
sawtooth, and the second class plays it backwards. A *global* pair consists of
two events, one in each half of the video, and the second class swaps the
halves.

Every class looks the same in a mirror: what has a left or a right (the first
direction of a shake, the sense of a spin) is drawn with equal chances.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Dict

import numpy as np

from ...errors import check_choice
from .shapes import SHAPES

# The pose of an object in every frame, by name; each array is [frames].
Poses = Dict[str, np.ndarray]

# x, y: offset from the object's place in units, a 72nd of the frame's shorter
# side; size, width, height: factors; angle: radians; opacity: 0 to 1.
REST = dict(
    x=0.0, y=0.0, size=1.0, width=1.0, height=1.0, angle=0.0, opacity=1.0
)


def _bump(phase: np.ndarray) -> np.ndarray:
    """From 0 to 1 and back, without a halt."""
    return np.sin(np.pi * phase) ** 2


def _sweep(phase: np.ndarray, amount: float) -> Poses:
    return dict(y=amount * (0.5 - phase))


def _size(phase: np.ndarray, amount: float) -> Poses:
    return dict(size=amount ** (phase - 0.5))


def _fade(phase: np.ndarray, amount: float) -> Poses:
    return dict(opacity=1 - amount * (1 - phase))


def _hop(phase: np.ndarray, amount: float) -> Poses:
    return dict(y=-amount * 4 * phase * (1 - phase))


def _shake(phase: np.ndarray, amount: float) -> Poses:
    return dict(x=amount * np.sin(2 * np.pi * phase))


def _pulse(phase: np.ndarray, amount: float) -> Poses:
    return dict(size=amount ** _bump(phase))


def _spin(phase: np.ndarray, amount: float) -> Poses:
    return dict(angle=amount * 2 * np.pi * phase)


def _blink(phase: np.ndarray, amount: float) -> Poses:
    return dict(opacity=1 - amount * _bump(phase))


def _squash(phase: np.ndarray, amount: float) -> Poses:
    squash = 1 - amount * _bump(phase)
    return dict(width=1 / squash, height=squash)


@dataclass(frozen=True)
class Motion:
    """A periodic motion.

    Attributes:
        pose (Callable): Maps phases in [0, 1) and an amount to poses.
        amount (tuple[float, float]): Least and greatest amount.
        period (tuple[int, int]): Least and greatest frames per cycle.
        handed (bool): Whether the negative amount is the mirror image; the
            sign is then drawn. Defaults to False.
        shapes (tuple[str, ...]): Shapes on which it can be seen. Defaults to
            all.
    """

    pose: Callable[[np.ndarray, float], Poses]
    amount: tuple[float, float]
    period: tuple[int, int]
    handed: bool = False
    shapes: tuple[str, ...] = tuple(SHAPES)

    def draw_amount(self, rng: np.random.Generator) -> float:
        """Draw how strong the motion is, with a sign if it is handed.

        Args:
            rng (np.random.Generator): Source of chance.

        Returns:
            float: The amount.
        """
        amount = rng.uniform(*self.amount)
        return amount * rng.choice((-1, 1)) if self.handed else amount


MOTIONS = {
    'sweep': Motion(_sweep, (24, 30), (7, 9)),
    'size': Motion(_size, (2.4, 2.8), (7, 9)),
    'fade': Motion(_fade, (0.75, 0.8), (7, 9)),
    'hop': Motion(_hop, (14, 20), (6, 8)),
    'shake': Motion(_shake, (7, 10), (6, 8), handed=True),
    'pulse': Motion(_pulse, (1.7, 2.0), (6, 8)),
    # A ring would show no spin, and the star little.
    'spin': Motion(
        _spin,
        (1, 1),
        (10, 14),
        handed=True,
        shapes=('square', 'triangle', 'cross', 'bar'),
    ),
    'blink': Motion(_blink, (0.7, 0.75), (6, 8)),
    'squash': Motion(_squash, (0.4, 0.45), (6, 8)),
}


@dataclass(frozen=True)
class Pair:
    """Two classes that show the same frames in another order.

    Attributes:
        name (str): Its name.
        classes (tuple[str, str]): Names of the classes.
        motions (tuple[str, ...]): The motion of a local pair, or the two
            events of a global pair in the order of its first class.
    """

    name: str
    classes: tuple[str, str]
    motions: tuple[str, ...]

    @property
    def kind(self) -> str:
        """``'local'`` or ``'global'``."""
        return 'local' if len(self.motions) == 1 else 'global'

    @property
    def shapes(self) -> tuple[str, ...]:
        """Shapes on which all of its motions can be seen."""
        return tuple(
            shape
            for shape in SHAPES
            if all(shape in MOTIONS[name].shapes for name in self.motions)
        )

    def draw_poses(self, num_frames: int, rng: np.random.Generator) -> Poses:
        """Draw the poses of the acting object in the first class's order.

        Args:
            num_frames (int): Frames of the video; even.
            rng (np.random.Generator): Source of chance.

        Returns:
            dict[str, np.ndarray]: An array [num_frames] for each name in
            ``REST``.
        """
        poses = {k: np.full(num_frames, v) for k, v in REST.items()}
        length = num_frames // len(self.motions)
        for i, name in enumerate(self.motions):
            motion = MOTIONS[name]
            if self.kind == 'local':
                period = rng.integers(*motion.period, endpoint=True)
                cycles = rng.random() + np.arange(length) / period
            else:
                cycles = _draw_cycles(motion, length, rng) * (
                    np.arange(length) / length
                )
            part = slice(i * length, (i + 1) * length)
            moved = motion.pose(cycles % 1, motion.draw_amount(rng))
            for key, values in moved.items():
                poses[key][part] = values
        return poses

    def order(self, name: str, num_frames: int) -> np.ndarray:
        """Frames of the first class's video in the order of a class.

        Args:
            name (str): One of its two classes.
            num_frames (int): Frames of the video; even.

        Returns:
            np.ndarray: Indices, [num_frames].
        """
        indices = np.arange(num_frames)
        if name == self.classes[0]:
            return indices
        if self.kind == 'local':
            return indices[::-1]
        return np.roll(indices, num_frames // 2)


def _draw_cycles(motion: Motion, length: int, rng: np.random.Generator) -> int:
    """A whole number of cycles, so that an event ends where it began."""
    least = max(1, math.ceil(length / motion.period[1]))
    most = max(least, length // motion.period[0])
    return int(rng.integers(least, most, endpoint=True))


# A scene's seed contains its pair's place here: add new pairs at the end.
PAIRS = (
    Pair('sweep', ('sweep_up', 'sweep_down'), ('sweep',)),
    Pair('size', ('grow', 'shrink'), ('size',)),
    Pair('fade', ('fade_in', 'fade_out'), ('fade',)),
    Pair('hop_shake', ('hop_then_shake', 'shake_then_hop'), ('hop', 'shake')),
    Pair(
        'pulse_spin', ('pulse_then_spin', 'spin_then_pulse'), ('pulse', 'spin')
    ),
    Pair(
        'blink_squash',
        ('blink_then_squash', 'squash_then_blink'),
        ('blink', 'squash'),
    ),
)
CLASS_NAMES = tuple(name for pair in PAIRS for name in pair.classes)


def find_pair(action: str) -> Pair:
    """The pair that a class belongs to.

    Args:
        action (str): Name of a class.

    Returns:
        Pair: Its pair.

    Raises:
        StNetInputError: If there is no such class.
    """
    check_choice('action', action, CLASS_NAMES)
    return next(pair for pair in PAIRS if action in pair.classes)


def counterpart(action: str) -> str:
    """The other class of a class's pair.

    Args:
        action (str): Name of a class.

    Returns:
        str: Name of its counterpart.

    Raises:
        StNetInputError: If there is no such class.
    """
    first, second = find_pair(action).classes
    return second if action == first else first
