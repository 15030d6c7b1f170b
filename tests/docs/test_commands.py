"""What pages tell people to type is taken by the programs."""

from __future__ import annotations

import re
import subprocess

import pytest

from .commands import COMMANDS, check_command
from .pages import NOTEBOOK, PAGES, name_of, prose_of, snippets_of


def commands_of(page) -> list[str]:
    """The commands in a page's snippets and sentences."""
    lines = [
        line
        for text in snippets_of(page, 'bash', 'text')
        for line in text.replace('\\\n', ' ').splitlines()
        if line.startswith(COMMANDS) or '| python ' in line
    ]
    inline = re.findall(r'`([^`]+)`', prose_of(page).replace('\n', ' '))
    return lines + [text for text in inline if text.startswith(COMMANDS)]


@pytest.mark.parametrize('page', [*PAGES, NOTEBOOK], ids=name_of)
def test_commands(page, capsys):
    for line in commands_of(page):
        try:
            check_command(line)
        except (AssertionError, ValueError) as error:
            pytest.fail(f'{line}: {error} {capsys.readouterr().err}')


@pytest.mark.parametrize('page', PAGES, ids=name_of)
def test_shell_reads_snippets(page):
    for text in snippets_of(page, 'bash'):
        text = re.sub(r'\[(--[^\]]*)\]', r'\1', text)
        subprocess.run(
            ['bash', '-n'], input=text, text=True, check=True, timeout=60
        )


def test_commands_are_found():
    assert sum(len(commands_of(page)) for page in PAGES) > 120


@pytest.mark.parametrize(
    'line',
    [
        'python tools/train.py',
        'python tools/train.py my.py --no-such-option',
        'python tools/test.py my.py a.pth --crops five',
        'python tools/no_such_tool.py',
        'python tools/train.py configs/stnet/no_such_config.py',
        'python -m stnet_mm nurse',
        'mim test stnet_mm my.py --checkpoint a.pth --no-such-option',
        'bash tools/dist_test.sh my.py',
        'make nothing',
        'torchrun --no-such-option 8 tools/train.py my.py',
    ],
)
def test_wrong_commands_are_noticed(line):
    with pytest.raises(AssertionError):
        check_command(line)
