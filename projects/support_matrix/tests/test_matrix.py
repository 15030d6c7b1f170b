"""The matrix judges, keeps and shows what came of its rows."""

from __future__ import annotations

import sys

import pytest

from projects.support_matrix import run
from projects.support_matrix.environment import find_cause, find_python
from projects.support_matrix.page import PAGE, make_page
from projects.support_matrix.results import (
    FOLDER,
    is_done,
    is_green,
    read_result,
    write_result,
)
from projects.support_matrix.rows import ROWS, Row
from projects.support_matrix.steps import (
    STEPS,
    describe,
    find_counts,
    find_reason,
    judge,
)

ROW = Row('a row', '2.0', ('torch',))
TRACE = 'Traceback (most recent call last):\n  File "x"\nKeyError: 1\nbye\n'


def green_record(**states: str) -> dict:
    steps = {'install': 'green', 'import': 'green', **states}
    return dict(
        date='2026-01-02',
        installed={'python': '3.8.1', 'torch': '1.13.1', 'timm': '1.0'},
        install_seconds=61,
        smoke_seconds=120,
        decoders=['pyav'],
        compile_seconds=None,
        steps={
            name: dict(state=state, reason=f'why {name}', seconds=1)
            for name, state in steps.items()
        },
    )


def test_rows_and_steps_fit_together():
    names = [row.name for row in ROWS]
    assert len({*names}) == len(names)
    order = ['', *(step.name for step in STEPS)]
    for step in STEPS:
        assert order.index(step.after) < order.index(step.name)
    needed = {step.needs for step in STEPS} - {''}
    for name in needed:  # is tried with and without
        assert any(name in row.lacks for row in ROWS)
        assert any(name not in row.lacks for row in ROWS)
    assert all(needed >= {*row.lacks} for row in ROWS)


@pytest.mark.parametrize(
    ('status', 'text', 'state'),
    [
        (0, 'x\nacc/top1: 1\n', 'green'),
        (0, 'x\n', 'red'),
        (1, 'acc/top1: 1\n', 'red'),
        (-9, '', 'red'),
    ],
)
def test_judge(status, text, state):
    assert judge(status, text, '^acc/top1').state == state


@pytest.mark.parametrize(
    ('status', 'text', 'state'),
    [
        (1, 'error: PyAV is needed: pip install "av>=17"\n', 'absent'),
        (1, 'error: something else\n', 'red'),
        (1, 'error: PyAV: pip install av\n', 'red'),
        (1, TRACE + 'error: pip install "av>=17"\n', 'red'),
        (0, 'acc/top1\n', 'red'),
    ],
)
def test_judge_what_is_absent(status, text, state):
    assert judge(status, text, '', lacks='av>=17').state == state


def test_reasons():
    assert find_reason(TRACE) == 'KeyError: 1'
    assert find_reason('error: no\nTip\n') == 'error: no'
    assert find_reason('only\nlines\n') == 'lines'
    assert find_reason('') == ''
    mim = TRACE + 'subprocess.CalledProcessError: it\n'
    assert find_reason(mim) == 'KeyError: 1'
    text = '== 2 failed, 3 passed in 4s ==\nbye\n'
    assert find_counts(text) == '2 failed, 3 passed in 4s'


def test_causes():
    text = 'c++ -c\n/a/site-packages/x.cpp:3:1: error: no type\n'
    text += 'x.cpp:4:1: error: b\nend\n'
    assert find_cause(text) == 'x.cpp:3:1: error: no type'
    assert find_cause('No\n  solution\n') == 'No solution'


def test_what_the_doctor_finds():
    problems = [
        dict(cause='this', needed=True),
        dict(cause='that', needed=False),
    ]
    assert describe(dict(ok=True, problems=problems)) == 'ok\n'
    assert describe(dict(ok=False, problems=problems)) == 'error: this\n'
    assert judge(1, describe({}), '^ok').state == 'red'


def test_results_are_kept(tmp_path):
    assert read_result(tmp_path, ROW) is None
    record = green_record()
    write_result(tmp_path, ROW, record)
    assert read_result(tmp_path, ROW) == record
    assert is_done(record)
    assert is_green(record)
    assert not is_done(None)
    for state, green in (('red', 0), ('not run', 0), ('absent', 1)):
        assert is_green(green_record(train=state)) == bool(green)


def test_a_missing_python(tmp_path):
    (record,) = run.try_row(ROW, tmp_path / 'no.whl', tmp_path, suites=False)
    assert record['steps']['install']['reason'] == 'no Python 2.0'
    assert not is_done(record)
    assert list(tmp_path.iterdir()) == []


def test_this_python_is_found():
    version = '.'.join(map(str, sys.version_info[:2]))
    python = find_python(version)
    assert python is None or python.exists()


def test_the_page_has_every_row_and_every_reason():
    first, second = ROWS[:2]
    (none,) = run.try_row(ROW, FOLDER, FOLDER, suites=False)
    page = make_page(
        {
            first.name: green_record(train='red', predict='absent'),
            second.name: none,
        }
    )
    for row in ROWS:
        assert page.count(f'\n| {row.name} |') >= 1
    assert '| 3 of 4; not train |' in page
    assert f'- {first.name}, *train*: `why train`' in page
    assert '| not run: no Python 2.0 |' in page
    assert '| not run yet |' in page


def test_the_page_is_that_of_the_results():
    results = {row.name: read_result(FOLDER, row) for row in ROWS}
    assert PAGE.read_text(encoding='utf-8') == make_page(results)
