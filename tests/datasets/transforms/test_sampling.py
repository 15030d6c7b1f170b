import numpy as np
import pytest
from mmaction.registry import TRANSFORMS

from stnet_mm.datasets.transforms.sampling import StNetSampleFrames
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


@pytest.mark.parametrize(
    ('part', 'expected'),
    [
        ({}, [4, 14, 24]),
        (dict(start_frame=10, end_frame=18), [11, 14, 17]),
        (dict(start_frame=24), [24, 26, 28]),
        (dict(start=1.0, end=1.9), [11, 14, 17]),
        (dict(end=0.6), [0, 2, 4]),
        (dict(start=2.9), [29, 29, 29]),
        # Durations are stated to the second often.
        (dict(start=2.7, end=3.5), [27, 28, 29]),
    ],
)
def test_clips_inside_of_longer_videos(part, expected):
    sample = StNetSampleFrames(clip_len=1, num_clips=3, test_mode=True)
    video = dict(filename='a', total_frames=30, start_index=0, avg_fps=10)
    found = sample.transform(dict(video, **part))
    assert found['frame_inds'].tolist() == expected
    assert (found['total_frames'], found['start_index']) == (30, 0)
    random = StNetSampleFrames(clip_len=2, num_clips=3)
    for _ in range(20):
        found = random.transform(dict(video, **part))['frame_inds']
        first = part.get('start_frame', 10 * part.get('start', 0))
        last = part.get('end_frame', 10 * part.get('end', 3) - 1)
        assert found.min() >= round(first)
        assert found.max() <= round(last)


@pytest.mark.parametrize(
    ('part', 'hint'),
    [
        (dict(start=3.0), 'a: a clip from 3 to 3 seconds'),
        (dict(end=5.0), 'not inside of its 3.00 seconds'),
        (dict(end_frame=30), 'not inside of its 30 frames'),
        (dict(start=1, avg_fps=None), 'its frame rate is not known'),
    ],
)
def test_clips_outside_of_their_video(part, hint):
    sample = StNetSampleFrames(clip_len=1, num_clips=3)
    video = dict(filename='a', total_frames=30, start_index=0, avg_fps=10)
    with pytest.raises(StNetInputError, match=hint):
        sample.transform(dict(video, **part))
