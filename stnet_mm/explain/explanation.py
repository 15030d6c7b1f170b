"""What speaks for one class, in one view of each video."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Explanation(NamedTuple):
    """What speaks for one class.

    Attributes:
        maps (Tensor): Not negative and not normalized, [B, S, h, w]. S is the
            number of images that the layer sees of a video: T super-images,
            each of N frames; or the frames; or the time steps of a 3-D
            network.
        logits (Tensor): Of each video, [B, num_classes].
        classes (Tensor): The class that is explained for each video, [B].
        gradient_input (Tensor, optional): What each image that the head takes
            contributes to the logit, [B, S'], as gradient x input; see
            ``gradient_times_input``. None if the backbone outputs several
            feature maps.
        head_contributions (Tensor, optional): What each segment contributes
            as the head itself says, [B, T]; see ``head_contributions``. None
            if it does not.
    """

    maps: Tensor
    logits: Tensor
    classes: Tensor
    gradient_input: Tensor | None = None
    head_contributions: Tensor | None = None
