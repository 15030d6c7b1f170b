from __future__ import annotations

import numpy as np
import pytest
import torch

from projects.fault_suite.checkpoints.damage import bits_flipped, cut, holes
from projects.fault_suite.checkpoints.doors import NAMES, Visit
from projects.fault_suite.checkpoints.foreign_pickles import foreign_pickles
from projects.fault_suite.checkpoints.mutant import of_bytes
from projects.fault_suite.checkpoints.tables import make_tables
from projects.fault_suite.checkpoints.verdict import find_fault
from projects.fault_suite.forked import Outcome, run_forked
from projects.fault_suite.page import PAGE
from tests.tools.processes import finish, start_tool

GOOD = Outcome(1, '', 'a note\nerror: a.pth is damaged\n', 5.0, False)


def test_verdict():
    def fault(same=True, **changes):
        return find_fault('a.pth', GOOD._replace(**changes), 9.0, same)

    assert fault() == ''
    assert fault(status=0) == ''
    assert fault(status=0, same=False) == 'another result'
    assert fault(hangs=True) == 'a hang'
    assert fault(status=-11) == 'killed by signal 11'
    assert 'a traceback' in fault(err='Traceback (most ...\nKeyError: 1\n')
    assert fault(megabytes=10.0) == '10 MB of memory'
    for err in ('', 'error: b.pth\n', GOOD.err * 2, 'a.pth\n'):
        assert 'not one line' in fault(err=err)
    assert fault(err=f'error: a.pth {"x" * 1000}') == 'an endless line'


@pytest.mark.parametrize(
    ('code', 'expected'),
    [
        ('print(1)', (0, '1\n', '')),
        ('import sys; sys.exit("no")', (1, '', 'no\n')),
        ('import sys; sys.exit(3)', (3, '', '')),
        ('import os; os.kill(os.getpid(), 9)', (-9, '', '')),
    ],
)
def test_forked_programs_end_as_others(tmp_path, code, expected):
    program = tmp_path / 'program.py'
    program.write_text(code)
    outcome = run_forked(program, [], tmp_path, limit=60)
    assert outcome[:3] == expected
    assert not outcome.hangs


def test_forked_programs_are_watched(tmp_path):
    program = tmp_path / 'program.py'
    program.write_text('import time; time.sleep(600)')
    assert run_forked(program, [], tmp_path, limit=0.5).hangs
    program.write_text('pass')
    usual = run_forked(program, [], tmp_path, limit=60).megabytes
    # Not by malloc, which may still hold what earlier tests have freed.
    program.write_text(
        'import mmap\n'
        'memory = mmap.mmap(-1, 300_000_000, mmap.MAP_PRIVATE)\n'
        'for _ in range(300):\n'
        '    memory.write(bytes(1_000_000))\n'
    )
    large = run_forked(program, [], tmp_path, limit=60).megabytes
    assert 200 < large - usual < 400
    program.write_text('1 / 0')
    outcome = run_forked(program, [], tmp_path, limit=60)
    assert outcome.status == 1
    assert 'ZeroDivisionError' in outcome.err


def test_damage(tmp_path):
    path = tmp_path / 'a.pth'
    torch.save(dict(a=torch.ones(100), b=torch.ones(200)), path)
    data = path.read_bytes()

    def written(mutants):
        for mutant in mutants:
            mutant.write(path, path, path)
            yield path.read_bytes()

    cuts = [*written(list(cut(path, 20)))]
    assert len({*map(len, cuts)}) == 20
    assert all(data.startswith(found) for found in cuts)
    path.write_bytes(data)
    for make in (bits_flipped, holes):
        found = []
        for _ in range(2):
            random = np.random.default_rng(3)
            found.append([*written(make(data, 10, random))])
        assert found[0] == found[1]
        assert all(len(one) == len(data) for one in found[0])
        assert sum(one != data for one in found[0]) > 5


def test_what_is_forged_is_in_the_file(tmp_path):
    whole, path = tmp_path / 'whole.pth', tmp_path / 'a.pth'
    hub = dict(runtime_info={})
    torch.save(dict(state_dict={}, meta={}, message_hub=hub), whole)
    for mutant in foreign_pickles(whole):
        mutant.write(path, tmp_path / 'canary', tmp_path / 'victim')
        alone = mutant.name.endswith(('alone', 'bare'))
        assert alone != (b'stranger' in path.read_bytes()), mutant.name


def test_table():
    mutants = [of_bytes(kind, 'x', b'') for kind in ('one', 'two', 'two')]
    visits = [
        Visit(m, {'test'} if m.kind == 'two' else set(), []) for m in mutants
    ]
    table = make_tables(visits, ['one fault'])
    assert '| one | 1 | 0 | 0 | 0 | 0 |' in table
    assert '| two | 2 | 0 | 0 | 2 | 0 |' in table
    assert table.startswith('3 checkpoints; ')
    assert table.endswith('Faults: one fault.')


def test_page():
    page = PAGE.read_text()
    _, start, rest = page.partition('<!-- fault suite, checkpoints: start -->')
    table, end, _ = rest.partition('<!-- fault suite, checkpoints: end -->')
    assert start
    assert end
    assert all(name in table for name in NAMES)
    assert 'Faults: none.' in table


def test_quick(tmp_path):
    process = start_tool(
        'projects.fault_suite', 'checkpoints', '--quick', cwd=tmp_path
    )
    status, out, err = finish(process)
    assert status == 0, out + err
    assert 'Faults: none.' in out
