"""Classes have the same numbers wherever they are named."""

import pytest
from mmengine.logging import MMLogger

from stnet_mm.engine.class_order import check_class_order
from stnet_mm.errors import StNetInputError


@pytest.fixture
def warnings(monkeypatch):
    found = []
    logger = MMLogger.get_current_instance()
    monkeypatch.setattr(logger, 'warning', found.append)
    return found


def check(names, others):
    check_class_order(names, others, 'a.txt', 'b.pth')


def test_another_order(warnings):
    message = "class 'sit' is number 1 of a.txt, but number 2 of b.pth"
    with pytest.raises(StNetInputError, match=message):
        check(['run', 'sit', 'jump'], ('run', 'jump', 'sit'))
    # One that has moved says enough.
    with pytest.raises(StNetInputError, match="class 'jump' is number 2"):
        check(['Run', 'Sit', 'jump'], ['run', 'jump', 'sit'])
    assert warnings == []


def test_other_names(warnings):
    check(['run', 'Sit'], ['run', 'sit'])
    (warning,) = warnings
    assert '1 of 2 classes have other names in a.txt than in b.pth' in warning
    assert "number 1 is 'Sit' and 'sit'" in warning


def test_nothing_to_compare(warnings):
    check(['run', 'sit'], ('run', 'sit'))
    check(None, ['run'])
    check(['run'], None)
    check(['run', 'sit'], ['sit'])
    assert warnings == []


def test_two_classes_of_one_name(warnings):
    check(['run', 'sit', 'run'], ('run', 'sit', 'run'))
    assert warnings == []
