"""Generated pages are up to date."""

from importlib import import_module
from pathlib import Path

import mmaction
import pytest

from stnet_mm.errors import StNetInputError

DOCS = Path(__file__).parents[1] / 'docs'


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module('make_complexity')


def test_complexity_is_up_to_date(script):
    # Otherwise run: python docs/make_complexity.py
    assert script.make_page() == (DOCS / 'complexity.md').read_text()


def test_without_configs_of_mmaction2(script, monkeypatch, tmp_path):
    monkeypatch.setattr(mmaction, '__path__', [str(tmp_path)])
    with pytest.raises(StNetInputError, match="install MMAction2's wheel"):
        script.peers_table(script.Builder())
