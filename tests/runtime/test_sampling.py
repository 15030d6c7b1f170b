import numpy as np
import pytest

from stnet_mm.datasets import StNetSampleFrames
from stnet_runtime.errors import StNetInputError
from stnet_runtime.sampling import frame_numbers


@pytest.mark.parametrize('center', ['clip', 'first_frame'])
@pytest.mark.parametrize('segments', [1, 7])
def test_frames_are_those_of_testing(center, segments):
    sample = StNetSampleFrames(5, segments, center=center, test_mode=True)
    for length in (1, 4, 5, 6, 34, 35, 36, 49, 300):
        results = dict(total_frames=length, start_index=0)
        expected = sample.transform(results)['frame_inds']
        found = frame_numbers(length, segments, 5, center)
        np.testing.assert_array_equal(found, expected)


def test_by_hand():
    # Segments of 10 frames, clips of 4: room of 6, 3 before.
    found = frame_numbers(29, 2, 4)
    assert found.tolist() == [5, 6, 7, 8, 19, 20, 21, 22]
    assert frame_numbers(3, 2, 2).tolist() == [0, 1, 1, 2]
    assert frame_numbers(1, 2, 2).tolist() == [0, 0, 0, 0]
    with pytest.raises(StNetInputError, match="unknown center 'end'"):
        frame_numbers(30, 2, 2, 'end')
