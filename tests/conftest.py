"""What all tests share."""

import pytest
from mmengine.registry import DefaultScope

import stnet_mm  # noqa: F401  registers everything


@pytest.fixture(autouse=True)
def keep_default_scope():
    """Take back the default scope that a test, or its Runner, has set."""
    scopes = DefaultScope._instance_dict.copy()
    yield
    DefaultScope._instance_dict.clear()
    DefaultScope._instance_dict.update(scopes)
