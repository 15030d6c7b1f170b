"""Messages that name the value and the choices."""

import pytest

from stnet_mm.errors import StNetInputError, check_choice


def test_choices():
    check_choice('pool', 'max', ('mean', 'max'))
    with pytest.raises(
        StNetInputError,
        match="unknown pool 'sum': choose one of 'mean', 'max'",
    ):
        check_choice('pool', 'sum', ('mean', 'max'))
