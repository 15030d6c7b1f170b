import pytest

from stnet_mm.errors import StNetInputError
from stnet_mm.fit import FitOptions
from stnet_mm.fit.commands import commands, fit_arguments
from stnet_mm.fit.folder import FitFolder


def test_the_same_fit_goes_on(tmp_path):
    root = tmp_path / 'out'
    FitFolder(root, FitOptions('clips', seed=1))
    FitFolder(root, FitOptions('clips', seed=1))
    with pytest.raises(StNetInputError, match='seed 1, not 2'):
        FitFolder(root, FitOptions('clips', seed=2))


def test_other_files_are_safe(tmp_path):
    (tmp_path / 'thesis.txt').write_text('all of it')
    with pytest.raises(StNetInputError, match='is not empty'):
        FitFolder(tmp_path, FitOptions('clips'))


def test_commands(tmp_path):
    options = FitOptions('my clips', group_by=r'p(\d+)', mirror=True, seed=3)
    assert fit_arguments(options) == [
        *('my clips', '--group-by', r'p(\d+)', '--mirror', '--seed', '3')
    ]
    folder = FitFolder(tmp_path / 'out', options)
    lines = commands(options, folder, tmp_path / 'm.pth', tmp_path / 'tools')
    assert [*lines] == ['repeat', 'predict', 'resume', 'test']
    assert "fit.py 'my clips' --group-by 'p(\\d+)'" in lines['repeat']
    assert lines['repeat'].endswith(f'--out {tmp_path}/out_again')
    assert lines['predict'].endswith(f'{tmp_path}/m.pth VIDEO')
