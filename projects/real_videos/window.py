"""Training on windows of clips, as if gestures began and ended elsewhere."""

from __future__ import annotations

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class RandomWindow(BaseTransform):
    """Sample from a part of a clip, of random length and place.

    Required key: ``total_frames``. Added keys: ``start_frame`` and
    ``end_frame``, which ``StNetSampleFrames`` heeds.

    Args:
        shortest (float): Of the windows, as a share of the clip.
    """

    def __init__(self, shortest: float) -> None:
        self.shortest = shortest

    def transform(self, results: dict) -> dict:
        """Choose the window.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        total = results['total_frames']
        length = round(total * np.random.uniform(self.shortest, 1))
        start = np.random.randint(total - length + 1)
        results.update(start_frame=start, end_frame=start + length - 1)
        return results
