"""What a recognizer saw in a video, and when."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .whole_frames import SeenImage


@dataclass(frozen=True)
class ClassExplanation:
    """What speaks for one class, in I images.

    Attributes:
        label (int): The class.
        name (str): Its name.
        score (float): Its score, averaged as in testing: a probability, or
            a logit if the explanation is not ``probable``.
        logit (float): Mean logit of the views.
        maps (np.ndarray): In [0, 1], the maximum over the video being 1,
            [I, H, W] float32.
        gradient_input (np.ndarray, optional): What each image contributes to
            the logit as gradient x input, [I]; see ``gradient_times_input``.
        head_contributions (np.ndarray, optional): What each contributes as
            the head itself states it, [I]; see
            ``SegmentHead.contributions``.
    """

    label: int
    name: str
    score: float
    logit: float
    maps: np.ndarray
    gradient_input: np.ndarray | None
    head_contributions: np.ndarray | None

    @property
    def contributions(self) -> np.ndarray | None:
        """What to show: what the head states, else gradient x input."""
        if self.head_contributions is None:
            return self.gradient_input
        return self.head_contributions


@dataclass(frozen=True)
class VideoExplanation:
    """What a recognizer saw in a video.

    Attributes:
        video (str): The video.
        images (tuple[SeenImage, ...]): What it saw, in order of time.
        classes (tuple[ClassExplanation, ...]): What speaks for each class.
        covered (np.ndarray): Which pixels the views cover, [H, W] bool.
        views (int): How many views there were.
        method (str): How the maps were made.
        layer (str): Of which layer.
        exact (bool): Whether gradient x input sums to the logit less biases.
        contribution_name (str, optional): How the head divides a logit among
            segments, such as ``'max-pool'``. Defaults to None, unnamed.
        probable (bool): Whether scores are probabilities. Defaults to True.
        unknown (bool): Whether the video is taken for one of no class.
            Defaults to False.
    """

    video: str
    images: tuple[SeenImage, ...]
    classes: tuple[ClassExplanation, ...]
    covered: np.ndarray
    views: int
    method: str
    layer: str
    exact: bool
    contribution_name: str | None = None
    probable: bool = True
    unknown: bool = False

    @cached_property
    def boundaries(self) -> tuple[float, ...]:
        """Where each image's part of the video ends, but the last, in frames.

        A part ends half way between the centers of two images.
        """
        centers = [image.center for image in self.images]
        return tuple((a + b) / 2 for a, b in zip(centers, centers[1:]))

    def image_at(self, frame: int) -> int:
        """The image in whose part of the video a frame is.

        Args:
            frame (int): Number of the frame.

        Returns:
            int: Number of the image.
        """
        return bisect.bisect_left(self.boundaries, frame)

    def is_seen(self, frame: int) -> bool:
        """Whether the recognizer saw a frame.

        Args:
            frame (int): Number of the frame.

        Returns:
            bool: Whether it is one of its image's, or between two of them.
        """
        first, last = self.images[self.image_at(frame)].span
        return first <= frame <= last


@dataclass(frozen=True)
class Panel:
    """A recognizer to be shown, beside others perhaps.

    Attributes:
        title (str): What to call it.
        explanation (VideoExplanation): What it saw.
    """

    title: str
    explanation: VideoExplanation
