"""The authors' scaling of frames."""

from __future__ import annotations

import mmcv
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class StNetScale(BaseTransform):
    """Scale frames to 4:3 (3:4 if portrait) regardless of their aspect ratio.

    With a short side of 256 they become 341x256 or 256x341. Frames whose
    short side has that length already are left as they are. Unlike
    MMAction2's ``Resize`` it filters when it makes frames smaller (authors'
    code, which uses Pillow's bilinear filter).

    Required keys: ``imgs``, ``img_shape``. Modified keys: these, and
    ``keep_ratio``.

    Args:
        short_side (int): Length in pixels. Defaults to 256.
    """

    def __init__(self, short_side: int = 256) -> None:
        self.short_side = short_side

    def transform(self, results: dict) -> dict:
        """Scale the frames of a video.

        Args:
            results (dict): ``imgs`` holds frames, each [H, W, 3] uint8.

        Returns:
            dict: The same, with scaled frames.
        """
        height, width = results['img_shape']
        if min(height, width) == self.short_side:
            return results
        short, long = self.short_side, int(self.short_side * 4 / 3)
        size = (short, long) if width < height else (long, short)
        results['imgs'] = [
            mmcv.imresize(np.asarray(image), size, backend='pillow')
            for image in results['imgs']
        ]
        results['img_shape'] = size[::-1]
        results['keep_ratio'] = False
        return results
