import numpy as np

from stnet_runtime.open_set import is_unknown


def test_the_threshold_is_that_of_the_best_class():
    scores = np.array([0.2, 0.8])
    assert is_unknown(scores, 3.9, (9.0, 4.0)) is True
    assert is_unknown(scores, 4.0, (9.0, 4.0)) is False
    assert is_unknown(scores[::-1], 4.0, (9.0, 4.0)) is True
    assert is_unknown(scores, -9.0, None) is False
