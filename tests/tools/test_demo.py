import json
from pathlib import Path

import pytest
import torch

from .conftest import run_tool


def test_quick_demo(tmp_path):
    out = run_tool('demo', '--quick', '--seed', 3, cwd=tmp_path)
    summary = json.loads(
        (tmp_path / 'work_dirs' / 'demo' / 'summary.json').read_text()
    )
    assert summary['seed'] == 3
    assert summary['videos'] == {'train': 64, 'val': 8, 'test': 16}
    for figures in summary['models'].values():
        # Of 16 videos with ten crops each.
        hits = 16 * figures['accuracy']
        assert round(hits) in range(17)
        assert hits == pytest.approx(round(hits), abs=0.01)
        assert f'{figures["inside_local_pairs"]:.1%}' in out
    # Without order, one of the two in each global pair is right.
    average = summary['models']['average over segments']
    assert average['inside_global_pairs'] == 0.5
    files = {what: tmp_path / path for what, path in summary['files'].items()}
    assert json.loads(files['summary'].read_text()) == summary
    video = Path(summary['prediction']['video']).name
    assert f'<title>{video}: maps for' in files['page'].read_text()
    assert len(list(files['data'].glob('test/*.mp4'))) == 16
    trained = torch.load(files['checkpoint'], weights_only=True)
    assert trained['meta']['epoch'] == 1

    # Again: what is there is not made again.
    checkpoint = files['checkpoint']
    before = checkpoint.stat().st_mtime_ns
    run_tool('demo', '--quick', '--seed', 3, cwd=tmp_path)
    assert checkpoint.stat().st_mtime_ns == before
