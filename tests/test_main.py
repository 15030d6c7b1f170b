"""``python -m stnet_mm COMMAND`` from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stnet_mm.upstream_tools import find_tools

ROOT = Path(__file__).parents[1]


def run(folder: Path, *args: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, '-m', 'stnet_mm', *args],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_names_all_tools(tmp_path):
    text = run(tmp_path, '--help').stdout
    names = {path.stem for path in (ROOT / 'tools').glob('*.py')}
    assert len(names) > 15
    assert {f'  {name}: ' in text for name in names} == {True}


def test_a_tool_gets_its_arguments(tmp_path):
    path = tmp_path / 'no such list.txt'
    result = run(tmp_path, 'check_videos', str(path))
    assert result.returncode == 1
    assert f'{path}' in result.stderr
    result = run(tmp_path, 'predict', '--json')
    assert result.returncode == 2
    assert 'predict.py: error' in result.stderr


@pytest.mark.parametrize(
    ('args', 'message'), [((), 'required'), (('nurse',), "'fit'")]
)
def test_wrong_commands(tmp_path, args, message):
    result = run(tmp_path, *args)
    assert result.returncode == 2
    assert message in result.stderr


def test_tools_of_a_wheel_and_of_a_checkout(tmp_path):
    package = tmp_path / 'stnet_mm'
    (package / '.mim' / 'tools').mkdir(parents=True)
    (tmp_path / 'tools').mkdir()
    assert find_tools(package) == package / '.mim' / 'tools'
    assert find_tools(tmp_path / 'other') == tmp_path / 'tools'
