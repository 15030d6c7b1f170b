"""How long threads wait for each other, which is said before PyTorch loads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / 'tools'


@pytest.mark.parametrize(
    ('args', 'said', 'expected'),
    [
        (['train', 'none.py'], {}, '1000'),
        (['predict', 'none.py', 'none.pth', 'v', '--out', 'o'], {}, '1000'),
        (['test', 'none.py', 'none.pth'], {'GOMP_SPINCOUNT': '7'}, '7'),
        (['fit', 'none'], {'OMP_WAIT_POLICY': 'passive'}, '0'),
    ],
)
def test_what_openmp_says(tmp_path, args, said, expected):
    names = ('GOMP_SPINCOUNT', 'OMP_WAIT_POLICY')
    rest = {k: v for k, v in os.environ.items() if k not in names}
    done = subprocess.run(
        [sys.executable, TOOLS / f'{args[0]}.py', *args[1:]],
        env=dict(rest, OMP_DISPLAY_ENV='verbose', **said),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'error: ' in done.stderr
    if 'GOMP_SPINCOUNT' not in done.stderr:
        pytest.skip("this PyTorch's threads are not those of GCC")
    assert f"GOMP_SPINCOUNT = '{expected}'" in done.stderr
