"""A scene: everything that both versions of a video have in common.

A scene's frames are rendered in the order of the pair's first class; the
second class's video consists of the same frames in its own order. So what a
frame shows (camera position, noise, other objects) goes along with it.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np

from ...errors import StNetInputError, check_choice
from .actions import Pair, find_pair
from .backdrop import draw_backdrop
from .moving_object import MovingObject, draw_color
from .shapes import SHAPES

LEVELS = {
    1: 'plain background',
    2: 'and texture in the background',
    3: 'and camera jitter and noise',
    4: 'and distractors',
    5: 'and a small, faint acting object that moves less, more distractors',
}
# The levels from which on they appear.
TEXTURE, JITTER, DISTRACTORS, FAINTNESS = 2, 3, 4, 5
NOISE = 6.0  # standard deviation in gray levels
# What is left of the acting object at the level of faintness.
FAINT_RADIUS, FAINT_WAY, FAINT_OPACITY = 0.8, 0.8, 0.7
MIN_SIZE, MIN_FRAMES = 32, 12


def check_format(level: int, num_frames: int, size: tuple[int, int]) -> None:
    """Check that videos can be made so.

    Args:
        level (int): A key of ``LEVELS``.
        num_frames (int): Frames of a video.
        size (tuple[int, int]): Height and width in pixels.

    Raises:
        StNetInputError: If the level is unknown, or a number is odd or too
            small.
    """
    check_choice('level', level, LEVELS)
    if num_frames % 2 or num_frames < MIN_FRAMES:
        raise StNetInputError(
            f'a video cannot have {num_frames} frames: choose an even number, '
            f'at least {MIN_FRAMES}'
        )
    if any(side % 2 or side < MIN_SIZE for side in size):
        raise StNetInputError(
            f'frames cannot have {size[0]}x{size[1]} pixels: choose an even '
            f'height and width, at least {MIN_SIZE}'
        )


class Scene:
    """One scene of a pair, with all that chance decides.

    A seed gives the same acting object and the same motion at levels 1 to 4,
    and a smaller and fainter one that moves less at level 5.

    Args:
        pair (Pair): The pair.
        seed (int | Sequence[int]): Seed; not negative.
        level (int): A key of ``LEVELS``. Defaults to 1.
        num_frames (int): Frames of the video, L; even. Defaults to 48.
        size (tuple[int, int]): Height and width in pixels; even. Defaults to
            (80, 80).

    Raises:
        StNetInputError: If the level is unknown, or a number is odd or too
            small.
    """

    def __init__(
        self,
        pair: Pair,
        seed: int | Sequence[int],
        level: int = 1,
        num_frames: int = 48,
        size: tuple[int, int] = (80, 80),
    ) -> None:
        check_format(level, num_frames, size)
        self.level, self.num_frames, self.size = level, num_frames, size
        self.unit = min(size) / 72
        self.reach = max(1, int(2 * self.unit))  # of the jitter in pixels
        # A source of chance for each purpose: a level adds to the one below
        # and changes nothing else.
        actor, backdrop, camera, others, noise = np.random.SeedSequence(
            seed
        ).spawn(5)
        self._backdrop_seed, self._noise_seed = backdrop, noise
        self.shifts = self._draw_shifts(np.random.default_rng(camera))
        self.actor = self._draw_actor(pair, np.random.default_rng(actor))
        self.others = self._draw_others(np.random.default_rng(others))

    def render(self) -> np.ndarray:
        """Render the frames in the order of the pair's first class.

        Returns:
            np.ndarray: RGB, uint8, [L, height, width, 3].
        """
        height, width = self.size
        backdrop = draw_backdrop(
            (height + 2 * self.reach, width + 2 * self.reach),
            self.level >= TEXTURE,
            np.random.default_rng(self._backdrop_seed),
        )
        noise = np.random.default_rng(self._noise_seed)
        frames = np.empty((self.num_frames, height, width, 3), np.uint8)
        for t, (left, top) in enumerate(self.reach - self.shifts):
            frame = backdrop[top : top + height, left : left + width].copy()
            for moving in (*self.others, self.actor):
                moving.paint(frame, t)
            if self.level >= JITTER:
                frame += NOISE * noise.standard_normal(frame.shape, np.float32)
            frames[t] = frame.round().clip(0, 255)
        return frames

    def _draw_shifts(self, rng: np.random.Generator) -> np.ndarray:
        """By how many pixels each frame is displaced, [L, 2]."""
        shape = (self.num_frames, 2)
        if self.level < JITTER:
            return np.zeros(shape, int)
        return rng.integers(-self.reach, self.reach, shape, endpoint=True)

    def _draw_actor(
        self, pair: Pair, rng: np.random.Generator
    ) -> MovingObject:
        poses = pair.draw_poses(self.num_frames, rng)
        radius, way, opacity = 1.0, 1.0, 1.0
        if self.level >= FAINTNESS:
            radius, way, opacity = FAINT_RADIUS, FAINT_WAY, FAINT_OPACITY
        offsets = self.unit * way * np.stack([poses['x'], poses['y']], axis=1)
        radii = (
            self.unit
            * radius
            * rng.uniform(8, 10.5)
            * np.stack(
                [poses['size'] * poses[side] for side in ('width', 'height')],
                axis=1,
            )
        )
        # Stay where the corner crops of 8/9 of the frame overlap.
        sides = np.array(self.size[::-1])
        low = sides / 9 + self.reach + (radii - offsets).max(0)
        high = sides * 8 / 9 - self.reach - (radii + offsets).max(0)
        return MovingObject(
            rng.choice(pair.shapes),
            rng.uniform(low, high) + offsets + self.shifts,
            radii,
            rng.uniform(0, 2 * np.pi) + poses['angle'],
            opacity * poses['opacity'],
            draw_color(rng),
        )

    def _draw_others(self, rng: np.random.Generator) -> list[MovingObject]:
        count = rng.integers(2, 3, endpoint=True)
        if self.level < DISTRACTORS:
            return []
        if self.level >= FAINTNESS:
            count *= 2
        return [self._draw_distractor(rng) for _ in range(count)]

    def _draw_distractor(self, rng: np.random.Generator) -> MovingObject:
        """A small object that swings to and fro on a line.

        It repeats with the halves of the video, so that it moves as smoothly
        when they are swapped; played backwards, a swing is a swing.
        """
        halves = 2 * np.arange(self.num_frames) / self.num_frames
        swings = rng.integers(1, 3, endpoint=True)
        swing = np.sin(2 * np.pi * (swings * halves + rng.random()))
        angle = rng.uniform(0, np.pi)
        way = (
            self.unit
            * rng.uniform(4, 9)
            * np.array([np.cos(angle), np.sin(angle)])
        )
        center = rng.uniform(0, self.size[::-1])
        constant = np.ones(self.num_frames)
        return MovingObject(
            rng.choice(list(SHAPES)),
            center + swing[:, None] * way + self.shifts,
            self.unit * rng.uniform(3, 4.5) * np.ones((self.num_frames, 2)),
            rng.uniform(0, 2 * np.pi) * constant,
            constant,
            draw_color(rng),
        )


def render_video(
    action: str,
    scene_seed: int | Sequence[int],
    level: int = 1,
    num_frames: int = 48,
    size: tuple[int, int] = (80, 80),
) -> tuple[np.ndarray, np.ndarray]:
    """Render one video.

    With the same seed, an action and its counterpart give the same frames in
    another order.

    Args:
        action (str): Name of a class.
        scene_seed (int | Sequence[int]): Seed of the scene; not negative.
        level (int): A key of ``LEVELS``. Defaults to 1.
        num_frames (int): Frames of the video, L; even. Defaults to 48.
        size (tuple[int, int]): Height and width in pixels; even. Defaults to
            (80, 80).

    Returns:
        tuple[np.ndarray, np.ndarray]: The frames (RGB, uint8,
        [L, height, width, 3]) and the acting object's box in each (left,
        top, right and bottom edge in pixels from the frame's top left
        corner; float64, [L, 4]).

    Raises:
        StNetInputError: If action or level is unknown, or a number is odd or
            too small.
    """
    pair = find_pair(action)
    scene = Scene(pair, scene_seed, level, num_frames, size)
    order = pair.order(action, num_frames)
    return scene.render()[order], scene.actor.boxes()[order]
