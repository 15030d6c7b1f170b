"""Segment by segment, to a prediction for each window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from stnet_runtime.contract import Contract

from ..apis import VideoClassifier
from ..apis.inference import Prediction
from ..export.exported_network import check_exportable
from ..export.make_contract import make_contract
from ..models.sliding_window import SlidingWindow


class WindowClassifier:
    """Takes segments, and classifies the last T of them now and then.

    Args:
        classify (VideoClassifier): A StNet.

    Attributes:
        contract (Contract): What its network takes.
        stride (int): Segments from a prediction to the next one, 1 at first.

    Raises:
        StNetInputError: If the recognizer is no StNet, its test pipeline has
            other steps than reading and cropping, or frames are cropped
            twice.
    """

    contract: Contract

    def __init__(self, classify: VideoClassifier) -> None:
        self._classify = classify
        self._model = check_exportable(classify.model)
        self.contract = make_contract(
            self._model.cfg, self._model, classify.classes
        )
        self.stride = 1
        self._device = next(self._model.parameters()).device
        # Those of the test pipeline, too, which is not run here.
        crops = dict(
            crops=self.contract.crops, crop_size=self.contract.crop_size
        )
        self._window = SlidingWindow(
            self._model, self.contract.num_segments, crops
        )
        self._segments = 0

    def clear(self) -> None:
        """Forget all segments."""
        self._window.clear()
        self._segments = 0

    def push(self, images: Sequence[np.ndarray]) -> Prediction | None:
        """Take the next segment.

        Args:
            images (Sequence[np.ndarray]): Its N frames, each [H, W, 3] RGB
                uint8.

        Returns:
            Prediction | None: What the recognizer says of the last T
            segments; None if there are fewer, or it is not time to.
        """
        # [N, H, W, 3] -> [N, 3, H, W]
        clip = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
        if self._model.data_preprocessor.to_rgb:
            clip = clip.flip(1)
        self._window.push(clip.to(self._device))
        return self._go_on(1)

    def repeat(self, times: int) -> Prediction | None:
        """Take the last segment again, in place of ones that are missing.

        Args:
            times (int): How many are missing.

        Returns:
            Prediction | None: As ``push``, of the last T segments after them.
        """
        for _ in range(times):
            self._window.repeat()
        return self._go_on(times)

    def _go_on(self, segments: int) -> Prediction | None:
        before = self._strides()
        self._segments += segments
        if not self._window.full or self._strides() == before:
            return None
        return self._classify.judge(self._window.logits().cpu())

    def _strides(self) -> int:
        """Strides since the first window was full; below 0 before that."""
        return (self._segments - self.contract.num_segments) // self.stride
