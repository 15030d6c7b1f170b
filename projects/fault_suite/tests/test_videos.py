from __future__ import annotations

from collections import Counter

from projects.fault_suite.page import PAGE, insert_tables
from projects.fault_suite.videos.mutants import CODECS, DAMAGES, write_mutants
from projects.fault_suite.videos.runs import Run
from projects.fault_suite.videos.tables import make_tables
from projects.fault_suite.videos.verdict import find_faults
from tests.tools.processes import start_tool

LIMIT = 1100  # seconds, for eight tools one after the other

NAMES = (
    *('check_videos --decode probe', 'check_videos --decode full'),
    *('train, error', 'train, skip', 'train, replace'),
    *('test, skip', 'predict'),
)


def runs(**named) -> dict[str, Run]:
    """Runs that name videos; a key is the first word of their names."""
    found = {}
    for name in NAMES:
        key = name.replace(',', '').replace(' --decode', '').replace(' ', '_')
        found[name] = Run(name, 0, 1.0, '', named.get(key, {'1'}), '')
    return found


def test_mutants_are_repeatable_and_of_every_kind(tmp_path):
    kinds = len(CODECS) * len(DAMAGES)
    mutants = write_mutants(tmp_path / 'a', kinds)
    counts = Counter((m.container, m.damage) for m in mutants)
    assert {*counts.values()} == {1}
    assert len(counts) == kinds
    again = write_mutants(tmp_path / 'b', 6)
    for one, other in zip(mutants, again):
        assert one.path.read_bytes() == other.path.read_bytes()


def test_verdict():
    assert find_faults(runs()) == []
    assert find_faults(runs(predict={'1', '2'})) == [
        'check_videos --decode full: not named: 2',
        'test, skip: not named: 2',
    ]
    assert find_faults(runs(train_replace={'3'})) == [
        'check_videos --decode full: not named: 3'
    ]
    found = runs()
    found['predict'] = found['predict']._replace(fault='a traceback')
    assert find_faults(found) == ['predict: a traceback']


def test_page(tmp_path):
    mutants = write_mutants(tmp_path, 24)
    tables = make_tables(mutants, runs(), ['one fault'])
    assert tables.count('0 of 1 / 0 of 0') == 24
    assert tables.endswith('Faults: one fault.')
    page = tmp_path / 'page.md'
    page.write_text(
        'a\n<!-- fault suite, videos: start -->\nold\n'
        '<!-- fault suite, videos: end -->\nb\n'
    )
    insert_tables(page, 'videos', 'new')
    text = page.read_text()
    assert 'old' not in text
    assert text.startswith('a\n')
    assert text.endswith('\nb\n')
    page = PAGE.read_text()
    assert page.count('<!-- fault suite, videos: ') == 2
    assert 'Faults: none.' in page


def test_quick(tmp_path):
    process = start_tool(
        'projects.fault_suite', 'videos', '--quick', cwd=tmp_path
    )
    try:
        out, err = process.communicate(timeout=LIMIT)
    finally:
        process.kill()
    assert process.returncode == 0, out + err
    assert 'Faults: none.' in out
