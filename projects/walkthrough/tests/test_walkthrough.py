"""Commands are typed as by a user, and written down as they ended."""

from __future__ import annotations

from ..commands import WAYS
from ..page import PAGE, write_page
from ..shell import shorten, type_commands


def test_one_shell_types_all_until_one_fails(tmp_path):
    commands = (
        'x=3',
        'echo $x; echo no error >&2',
        'sleep 60 &',
        'read line; echo "got [$line]"',
        'false',
        'echo never',
    )
    log = tmp_path / 'log.txt'
    typed = type_commands(commands, tmp_path, log)
    assert [step.command for step in typed] == [*commands[:5]]
    assert [step.status for step in typed] == [0, 0, 0, 0, 1]
    assert typed[1].lines == ['3', 'no error']
    assert typed[3].lines == ['got []']
    assert '$ false\n' in log.read_text()
    assert sum(step.seconds for step in typed) < 50


def test_a_shell_that_ends(tmp_path):
    (typed,) = type_commands(['exit 3'], tmp_path, tmp_path / 'log.txt')
    assert typed.status == 3


def test_noise_is_left_out():
    lines = ['a', '', 'x.py:3: FutureWarning: old', '  warnings.warn(', 'b']
    assert shorten(lines) == ['a', 'b']
    log = '11/27 15:28:00 - mmengine - INFO - Iter(test) [34/34]    '
    lines = [f'{log}acc/top1: 0.97', f'{log}time: 0.1']
    lines += ['before_run:', '(VERY_HIGH   ) RuntimeInfoHook', ' ------ ']
    assert shorten(lines) == lines[:1]
    numbers = [str(i) for i in range(30)]
    assert shorten(numbers) == ['...', *numbers[10:]]


def test_page(tmp_path):
    (tmp_path / 'docs').mkdir()
    typed = [
        dict(command='pip install x', seconds=61.4, lines=['done'], status=0)
    ]
    result = dict(date='2026-01-02', machine='a machine', typed=typed)
    write_page({'pip': result}, tmp_path)
    text = (tmp_path / PAGE).read_text()
    assert '## By pip\n\n2026-01-02, a machine: 1 minutes in all.' in text
    assert '| `pip install x` | 61 |' in text
    assert '$ pip install x\ndone\n```' in text
    assert '{' not in text


def test_ways_have_the_same_end():
    pip, mim = WAYS.values()
    assert pip[-3:] == mim[-3:]
    assert len(mim) == len(pip) == 10
