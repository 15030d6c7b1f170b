import runpy

import pytest

from stnet_mm.datasets.ordered_actions import LEVELS, PAIRS

from .processes import ROOT


def test_help_names_every_level_and_pair(capsys):
    tool = runpy.run_path(str(ROOT / 'tools' / 'make_ordered_actions.py'))
    with pytest.raises(SystemExit) as leave:
        tool['parse_args'](['--help'])
    assert leave.value.code == 0
    text = ' '.join(capsys.readouterr().out.split())
    for level, content in LEVELS.items():
        assert f'{level}: {content}' in text
    for pair in PAIRS:
        assert pair.name in text
