"""T clips of N frames as one of T*N."""

import numpy as np
from mmaction.registry import TRANSFORMS
from mmengine.dataset import Compose

import stnet_mm  # noqa: F401


def test_frames_stay_in_order():
    frames = [np.full((4, 6, 3), t, np.uint8) for t in range(6)]
    pipeline = Compose(
        [
            TRANSFORMS.build(dict(type='StNetJoinClips')),
            TRANSFORMS.build(dict(type='FormatShape', input_format='NCTHW')),
        ]
    )
    results = pipeline(dict(imgs=frames, clip_len=2, num_clips=3))
    assert results['input_shape'] == (1, 3, 6, 4, 6)
    assert results['imgs'][0, 0, :, 0, 0].tolist() == [0, 1, 2, 3, 4, 5]
