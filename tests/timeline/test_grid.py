import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.timeline.grid import WindowGrid, make_grid
from stnet_runtime.contract import Contract
from stnet_runtime.sampling import center_clips

CONTRACT = Contract(('a', 'b'), 7, 5, 'center', (32, 32))


def test_windows_are_whole_segments():
    grid = make_grid(CONTRACT, fps=25, window=4, stride=1)
    assert grid == WindowGrid(14, 4, 5, 7, 2)
    assert grid.window == 98
    # As a video of that length is sampled.
    expected = [4 + 14 * k for k in range(7)]
    assert center_clips(98, 7, 5).tolist() == expected


def test_the_nearest_stride():
    assert make_grid(CONTRACT, 25, 4, 4).stride == 7
    assert make_grid(CONTRACT, 25, 4, 0.01).stride == 1
    assert make_grid(CONTRACT, 12.5, 4, 4).segment == 7


@pytest.mark.parametrize(
    ('window', 'stride', 'hint'),
    [
        (0, 1, 'positive'),
        (4, 5, 'no stride above the window'),
        (4, 0, 'positive'),
        (1, 1, 'give a window of 1.4 s or more'),
    ],
)
def test_errors(window, stride, hint):
    with pytest.raises(StNetInputError, match=hint):
        make_grid(CONTRACT, 25, window, stride)
