import numpy as np
import pytest
from mmaction.registry import TRANSFORMS

from stnet_mm.errors import StNetInputError


def sample(total, t, n, **kwargs):
    transform = TRANSFORMS.build(
        dict(type='StNetSampleFrames', clip_len=n, num_clips=t, **kwargs)
    )
    results = transform(dict(total_frames=total, start_index=0))
    assert results['frame_inds'].shape == (t * n,)
    assert (results['clip_len'], results['num_clips']) == (n, t)
    return results['frame_inds'].reshape(t, n)


@pytest.mark.parametrize('spelling', ['center', 'centre'])
@pytest.mark.parametrize('center', ['clip', 'first_frame'])
@pytest.mark.parametrize(
    ('total', 't', 'n'), [(300, 7, 5), (300, 25, 5), (37, 3, 5), (35, 7, 5)]
)
def test_centers(total, t, n, center, spelling):
    average = total // t
    inside = {'clip': (average - n) // 2, 'first_frame': (average - 1) // 2}
    inds = sample(total, t, n, test_mode=True, **{spelling: center})
    for i in range(t):
        first = i * average + inside[center]
        assert inds[i].tolist() == [(first + k) % total for k in range(n)]


def test_training_covers_each_segment():
    total, t, n = 71, 7, 5  # average 10, so offsets 0..5
    offsets = set()
    for seed in range(200):
        np.random.seed(seed)
        inds = sample(total, t, n)
        assert (np.diff(inds, axis=1) == 1).all()
        offsets |= {int(inds[i, 0]) - 10 * i for i in range(t)}
    assert offsets == set(range(6))


@pytest.mark.parametrize('test_mode', [True, False])
def test_short_videos_wrap(test_mode):
    # Segments shorter than a clip: from their first frame on.
    inds = sample(14, 7, 5, test_mode=test_mode)
    for i in range(7):
        assert inds[i].tolist() == [(2 * i + k) % 14 for k in range(5)]
    # Fewer frames than segments, and than a clip: frame i, wrapping.
    inds = sample(3, 7, 5, test_mode=test_mode)
    for i in range(7):
        assert inds[i].tolist() == [(i + k) % 3 for k in range(5)]


def test_unknown_center():
    with pytest.raises(StNetInputError, match="'clip', 'first_frame'"):
        sample(10, 1, 1, center='left')
