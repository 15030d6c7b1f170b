"""Overlapping windows of a long video, which share what they can."""

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor

from ..errors import StNetInputError
from .stnet import StNet
from .stnet_recognizer import StNetRecognizer
from .views import View, list_views


class SlidingWindow:
    """The last T segments of a video, classified whenever one likes.

    What the network computes of a super-image before its first temporal block
    depends on no other one: it is computed once, when the super-image comes,
    and kept while it is in the window.

    Args:
        model (StNetRecognizer): The recognizer, in evaluation mode.
        num_segments (int): T, the length of the window.
        crops (dict, optional): How frames are cropped: ``crops`` and
            ``crop_size``. Defaults to None, as the model's ``test_cfg`` says.

    Raises:
        StNetInputError: If its backbone is no ``StNet``.
    """

    def __init__(
        self,
        model: StNetRecognizer,
        num_segments: int,
        crops: dict | None = None,
    ) -> None:
        if not isinstance(model, StNetRecognizer) or not isinstance(
            model.backbone, StNet
        ):
            raise StNetInputError(
                f'{type(model).__name__} has no segments that windows could '
                'share: only a StNetRecognizer with a StNet can'
            )
        self._model = model
        self._crops = model.test_cfg if crops is None else crops
        self._views: list[View] = []
        self._features: deque[Tensor] = deque(maxlen=num_segments)

    @property
    def full(self) -> bool:
        """Whether there are T segments."""
        return len(self._features) == self._features.maxlen

    def clear(self) -> None:
        """Forget all segments, as after a cut."""
        self._features.clear()

    @torch.no_grad()
    def push(self, clip: Tensor) -> None:
        """Take the next segment; the first one leaves a full window.

        Frames of another size than before begin a new window.

        Args:
            clip (Tensor): Its N frames, [N, 3, H, W] uint8, in the order of
                colors that the network was trained with.

        Raises:
            StNetInputError: If frames are smaller than the crops.
        """
        views = list_views([clip], len(clip), self._crops)
        if views != self._views:
            self.clear()
            self._views = views
        distinct = dict.fromkeys(views)
        images = self._model.super_images([v.cut([clip]) for v in distinct])
        # [V, 3N, h, w] -> [V, C, h', w']
        self._features.append(self._model.segment_features(images))

    def repeat(self) -> None:
        """Take the last segment again, in place of one that is missing."""
        self._features.append(self._features[-1])

    @torch.no_grad()
    def logits(self) -> Tensor:
        """Classify the window.

        Returns:
            Tensor: Logits of its views, [V, num_classes].
        """
        segments = len(self._features)
        # T of [V, C, h, w] -> [V, T, C, h, w] -> [V*T, C, h, w]
        x = torch.stack([*self._features], dim=1).flatten(0, 1)
        logits = self._model.logits_of_segments(x, segments)
        places = {
            view: row for row, view in enumerate(dict.fromkeys(self._views))
        }
        return logits[[places[view] for view in self._views]]
