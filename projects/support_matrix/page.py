"""The page docs/support.md, from the results."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from projects.ordered_actions_study.page.tables import lay_out

from .environment import ROOT
from .rows import ROWS, Row
from .steps import STEPS, SUITES

PAGE = ROOT / 'docs' / 'support.md'
TEXT = Path(__file__).with_name('page.txt')


def make_page(results: dict[str, dict | None]) -> str:
    """Write the page.

    Args:
        results (dict[str, dict | None]): What came of each row, by name;
            None if it was not tried yet.

    Returns:
        str: The page.
    """
    pairs = [(row, results.get(row.name)) for row in ROWS]
    head = ['row', 'Python', 'torch', 'mmengine', 'mmcv', 'mmaction2']
    head += ['numpy', 'besides', 'result']
    names = [step.name for step in STEPS]
    text = TEXT.read_text(encoding='utf-8').format(
        table=lay_out(head, [_line(row, record) for row, record in pairs]),
        steps=textwrap.fill(', '.join(('install', *names)), 90),
        red=_red(pairs),
        suites=_suites(pairs),
        times=_times(pairs),
    )
    return re.sub('\n{3,}', '\n\n', text)


Pairs = list  # of rows and records


def _line(row: Row, record: dict | None) -> list[str]:
    if record is None:
        return [row.name, row.python, *[''] * 6, 'not run yet']
    install = record['steps']['install']
    if 'decoders' not in record:
        state = install['state']
        text = f'{state}: {install["reason"]}' if state == 'not run' else state
        return [row.name, row.python, *[''] * 6, text]
    found = record['installed']

    def version(*names: str) -> str:
        for name in names:
            if name in found:
                plain = name in ('torch', 'numpy', 'mmengine', 'mmaction2')
                return found[name] if plain else f'{name} {found[name]}'
        return ''

    besides = ('mmpretrain', 'timm', 'av', 'decord', 'torchcodec')
    return [
        *(row.name, found['python'], version('torch')),
        version('onedl-mmengine', 'mmengine'),
        version('onedl-mmcv', 'mmcv-lite', 'mmcv'),
        *(version('mmaction2'), version('numpy')),
        ', '.join(version(name) for name in besides if name in found),
        _summary(record),
    ]


def _summary(record: dict) -> str:
    states = {
        name: step['state']
        for name, step in record['steps'].items()
        if not name.startswith('tests/')
    }
    bad = [n for n, s in states.items() if s not in ('green', 'absent')]
    count = f'{len(states) - len(bad)} of {len(states)}'
    if not bad:
        return f'**green**, {count}'
    return f'{count}; not {", ".join(bad)}'


def _red(pairs: Pairs) -> str:
    lines = [
        f'- {row.name}, *{name}*: `{_plain(step["reason"])}`'
        for row, record in pairs
        if record is not None
        for name, step in record['steps'].items()
        if step['state'] == 'red'
    ]
    if not lines:
        return ''
    return '\n'.join(
        ['What failed, by the line that the user sees:', '', *lines, '']
    )


def _plain(text: str) -> str:
    return text.replace('`', "'")


def _suites(pairs: Pairs) -> str:
    rows = []
    for row, record in pairs:
        steps = (record or {}).get('steps', {})
        if SUITES[0].name not in steps:
            continue
        rows.append(
            [row.name] + [_result(steps.get(suite.name)) for suite in SUITES]
        )
    if not rows:
        return ''
    table = lay_out(['row', *(suite.name for suite in SUITES)], rows)
    return (
        '\n## Tests\n\n`--suites` ran the tests themselves; those of data '
        f'sets write videos, by PyAV 17:\n\n{table}\n'
    )


def _result(step: dict | None) -> str:
    if step is None:
        return 'not run'
    return step['reason'] or step['state']


def _times(pairs: Pairs) -> str:
    rows = [
        [
            row.name,
            record['date'],
            f'{record["install_seconds"]} s',
            f'{record["smoke_seconds"]} s',
        ]
        for row, record in pairs
        if record is not None and 'decoders' in record
    ]
    return lay_out(['row', 'date', 'installation', 'steps'], rows)
