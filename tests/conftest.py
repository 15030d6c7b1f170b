"""What all tests share."""

import gc

import pytest
from mmengine.registry import DefaultScope

import stnet_mm  # noqa: F401  registers everything


def pytest_collection_finish():
    """Spare Python's collector what stays until all tests are done.

    MMEngine calls it for every data set, and it took up to a second.
    """
    gc.collect()
    gc.freeze()


def pytest_sessionfinish():
    """Let Python end as ever."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def keep_default_scope():
    """Take back the default scope that a test, or its Runner, has set."""
    scopes = DefaultScope._instance_dict.copy()
    yield
    DefaultScope._instance_dict.clear()
    DefaultScope._instance_dict.update(scopes)
