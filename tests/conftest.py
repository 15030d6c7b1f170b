"""What all tests share."""

import gc

import pytest
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope

import stnet_mm  # noqa: F401  registers everything


def spare_what_stays():
    """Spare Python's collector what stays until all tests are done.

    MMEngine calls it for every data set, and it took up to a second.
    """
    gc.collect()
    gc.freeze()


def pytest_collection_finish():
    """Modules of tests, and what they import."""
    spare_what_stays()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """What tests of a module have imported."""
    yield
    if nextitem is None or nextitem.path != item.path:
        spare_what_stays()


def pytest_sessionfinish():
    """Let Python end as ever."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def keep_level():
    """Take back the level of the log, which tools set."""
    logger = MMLogger.get_current_instance()
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture(autouse=True)
def keep_default_scope():
    """Take back the default scope that a test, or its Runner, has set."""
    scopes = DefaultScope._instance_dict.copy()
    yield
    DefaultScope._instance_dict.clear()
    DefaultScope._instance_dict.update(scopes)
