"""Pages of the reference name all that the package gives."""

from __future__ import annotations

import importlib
import re

import pytest

from .pages import ROOT

PAGES = [*(ROOT / 'docs' / 'reference').glob('*.md')]
NAMES = [
    name
    for page in PAGES
    for name in re.findall(r'^::: (.*)$', page.read_text(), re.M)
]


@pytest.mark.parametrize('name', NAMES)
def test_name_is_there(name):
    module, _, attribute = name.rpartition('.')
    thing = getattr(importlib.import_module(module), attribute)
    assert thing.__doc__.strip()


@pytest.mark.parametrize(
    'package', ['apis', 'models', 'datasets', 'timeline', 'fit']
)
def test_nothing_is_left_out(package):
    module = importlib.import_module(f'stnet_mm.{package}')
    missing = {f'{module.__name__}.{name}' for name in module.__all__}
    # A table of functions, described on the page of long videos.
    missing -= {*NAMES, 'stnet_mm.timeline.WRITERS'}
    assert missing == set()


def test_no_registered_class_is_left_out():
    engine = importlib.import_module('stnet_mm.engine')
    evaluation = importlib.import_module('stnet_mm.evaluation')
    for module in (engine, evaluation):
        classes = [name for name in module.__all__ if name[:5] == 'StNet']
        assert {f'{module.__name__}.{name}' for name in classes} <= {*NAMES}
