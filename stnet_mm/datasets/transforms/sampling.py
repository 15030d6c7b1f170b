"""The authors' sampling of segments."""

from __future__ import annotations

import numpy as np
from mmaction.datasets.transforms import SampleFrames
from mmaction.registry import TRANSFORMS

from stnet_runtime.sampling import CENTERS, center_clips

from ...errors import StNetInputError, check_choice
from .clip_part import find_part


@TRANSFORMS.register_module()
class StNetSampleFrames(SampleFrames):
    """Sample N successive frames from each of T equal segments.

    With L frames a segment has ``avg = L // T``. In training a clip lies
    anywhere inside its segment. In testing it lies at the center, while
    MMAction2's ``SampleFrames`` spreads the clips from the first to the last
    possible position. Segments shorter than a clip are sampled from their
    first frame on, and indices beyond the end wrap (authors' code).

    A clip inside a longer video, from ``start`` to ``end`` in seconds or from
    ``start_frame`` to ``end_frame`` of the sample, is sampled as a video of
    its own.

    Args:
        clip_len (int): N, frames of a super-image.
        num_clips (int): T, segments.
        center (str): What lies at the segment's center in testing:
            ``'clip'``, the clip as a whole (the authors' stored frames), or
            ``'first_frame'``, its first frame (the authors' mp4 files).
            Defaults to ``'clip'``.
        test_mode (bool): Whether to take the centers. Defaults to False.
        centre (str, optional): Another spelling of ``center``. Defaults to
            None.

    Raises:
        StNetInputError: If ``clip_len`` or ``num_clips`` is no number from 1,
            ``center`` is neither of the two or, when transforming, a clip is
            not inside its video.
    """

    def __init__(
        self,
        clip_len: int,
        num_clips: int,
        center: str = 'clip',
        test_mode: bool = False,
        centre: str | None = None,
    ) -> None:
        for name, value in (('clip_len', clip_len), ('num_clips', num_clips)):
            if not isinstance(value, int) or value < 1:
                raise StNetInputError(
                    f'StNetSampleFrames: {name}={value!r}: give a whole '
                    'number from 1'
                )
        super().__init__(
            clip_len=clip_len, num_clips=num_clips, test_mode=test_mode
        )
        if centre is not None:
            center = centre
        check_choice('center', center, CENTERS)
        self.center = center

    def transform(self, results: dict) -> dict:
        """Choose the frames.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample with ``frame_inds``.
        """
        part = find_part(results)
        if part is None:
            return super().transform(results)
        whole = {key: results[key] for key in ('total_frames', 'start_index')}
        results['total_frames'] = len(part)
        results['start_index'] += part.start
        return {**super().transform(results), **whole}

    def _sample_clips(
        self, num_frames: int, ori_clip_len: float
    ) -> np.ndarray:
        """First frame of every clip, [T]; MMAction2 calls it.

        Args:
            num_frames (int): L.
            ori_clip_len (float): Not used: the interval is always 1.
        """
        clips = num_frames, self.num_clips, self.clip_len
        first = center_clips(*clips, self.center)
        average = num_frames // self.num_clips
        room = average - self.clip_len
        if self.test_mode or average == 0 or room < 0:
            return first
        inside = np.random.randint(room + 1, size=self.num_clips)
        return np.arange(self.num_clips) * average + inside
