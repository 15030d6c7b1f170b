"""Errors that docs/faq.md quotes are those that users see."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from mmaction.registry import MODELS
from mmengine.config import Config

from .pages import ROOT

TEXT = (ROOT / 'docs' / 'faq.md').read_text(encoding='utf-8')


def quoted(part: str) -> str:
    """The error in the questions that has a part."""
    errors = re.findall(
        r'`([^`]+)`', ' '.join(re.findall(r'\*\*(.+?)\*\*', TEXT))
    )
    (found,) = (error for error in errors if part in error)
    return found


def test_a_network_that_is_not_registered():
    error = quoted('registry').replace('StNetRecognizer', 'StNetRecogniser')
    with pytest.raises(KeyError, match=re.escape(error)):
        MODELS.build(dict(type='StNetRecogniser'))


def test_configs_of_packages(tmp_path):
    path = tmp_path / 'my.py'
    path.write_text("_base_ = 'stnet_mm::stnet/any.py'")
    with pytest.raises(AssertionError, match=quoted('does not support')):
        Config.fromfile(path)


def test_mmaction2_without_its_patches():
    result = subprocess.run(
        [sys.executable, '-c', 'import mmaction.models'],
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    if result.returncode == 0:
        pytest.skip('this MMAction2 has all of its files')
    assert quoted('drn') in result.stderr
