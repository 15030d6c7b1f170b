"""All clips of a video as one, for networks that take a single clip."""

from __future__ import annotations

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class StNetJoinClips(BaseTransform):
    """Make one clip of T*N frames out of T clips of N frames.

    Frames are left alone, so a 3-D network sees the very frames that StNet
    does. It stands before ``FormatShape``.
    """

    def transform(self, results: dict) -> dict:
        """Change the numbers of clips and of frames in a clip.

        Args:
            results (dict): With ``num_clips`` and ``clip_len``.

        Returns:
            dict: The same, changed in place.
        """
        results['clip_len'] *= results['num_clips']
        results['num_clips'] = 1
        return results
