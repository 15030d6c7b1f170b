"""What tests of processes share."""

import multiprocessing

import pytest


@pytest.fixture
def no_process_is_left():
    """At its end a test must have ended the processes that it began."""
    before = multiprocessing.active_children()
    yield
    after = multiprocessing.active_children()
    assert [process for process in after if process not in before] == []
