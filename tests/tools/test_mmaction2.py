"""MMAction2's own tools, with our configs and checkpoints."""

import pickle
import subprocess
import sys

import torch

from stnet_mm.upstream_tools import REPLACEMENTS, _find_tools

from .conftest import fail_tool, run_tool
from .processes import ROOT, TIMEOUT, tool_environment


def test_confusion_matrix(workshop, checkpoint):
    tool = ('mmaction2', 'analysis_tools/confusion_matrix', 'config.py')
    run_tool(*tool, checkpoint, '--out', 'cm.pkl', cwd=workshop)
    with open(workshop / 'cm.pkl', 'rb') as file:
        matrix = pickle.load(file)
    assert matrix.shape == (3, 3)
    assert matrix.sum(dim=1).tolist() == [2, 2, 2]


def test_publish_model(workshop, checkpoint):
    tool = ('mmaction2', 'deployment/publish_model.py')
    run_tool(*tool, checkpoint, 'upstream.pth', cwd=workshop)
    (path,) = workshop.glob('upstream_*.pth')
    state = torch.load(path, weights_only=True)['state_dict']
    assert 'cls_head.fc_cls.weight' in state


def test_what_fails_names_ours(workshop):
    tool = ('mmaction2', 'analysis_tools/check_videos')
    error = fail_tool(*tool, 'config.py', '--nproc', 1, cwd=workshop)
    assert 'use `python tools/check_videos.py` of stnet_mm' in error
    error = fail_tool('mmaction2', 'analysis_tools/none', cwd=workshop)
    assert 'analysis_tools/confusion_matrix.py' in error
    for name, ours in REPLACEMENTS.items():
        assert (_find_tools() / name).is_file()
        assert (ROOT / ours.split()[0]).is_file()


def test_started_by_itself_it_names_ours_too(workshop):
    program = _find_tools() / 'analysis_tools' / 'check_videos.py'
    result = subprocess.run(
        [sys.executable, program, 'config.py', '--nproc', '1'],
        cwd=workshop,
        env={**tool_environment(), 'PYTHONPATH': str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "error: MMAction2's analysis_tools/check_videos.py failed; for "
        'configs of StNet use `python tools/check_videos.py` of stnet_mm'
    )
