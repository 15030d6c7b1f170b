"""docs/complexity.md says what is counted."""

from pathlib import Path

import mmaction
import pytest

from projects.complexity.counting import Builder
from projects.complexity.mmaction2_networks import networks_table
from projects.complexity.page import make_page
from stnet_mm.errors import StNetInputError

PAGE = Path(__file__).parents[3] / 'docs' / 'complexity.md'


def test_page_is_up_to_date():
    # Otherwise run: python -m projects.complexity
    assert make_page() == PAGE.read_text()


def test_without_configs_of_mmaction2(monkeypatch, tmp_path):
    monkeypatch.setattr(mmaction, '__path__', [str(tmp_path)])
    with pytest.raises(StNetInputError, match="install MMAction2's wheel"):
        networks_table(Builder())
