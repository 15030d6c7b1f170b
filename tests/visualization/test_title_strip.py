import numpy as np
import pytest

from stnet_mm.visualization.title_strip import draw_title


@pytest.mark.parametrize('title', ['stnet', 'сеть', '网络', 'a' * 50])
def test_title_fits(title):
    picture = draw_title(title, 160, 28)
    assert picture.shape == (28, 160, 3)
    assert picture.dtype == np.uint8
    assert picture.max() > 100
    # Nothing is cut off at the edges.
    assert not picture[:, -2:].any()
    assert not picture[[0, -1]].any()


def test_other_letters_are_not_question_marks():
    assert (draw_title('сеть', 160, 28) != draw_title('????', 160, 28)).any()
