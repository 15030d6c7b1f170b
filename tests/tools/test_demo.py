import json

from .conftest import run_tool


def test_quick_demo(tmp_path):
    out = run_tool('demo', '--quick', '--seed', 3, cwd=tmp_path)
    summary = json.loads(
        (tmp_path / 'work_dirs' / 'demo' / 'summary.json').read_text()
    )
    assert summary['seed'] == 3
    assert summary['videos'] == {'train': 64, 'val': 8, 'test': 16}
    for figures in summary['models'].values():
        assert 0 <= figures['accuracy'] <= 1
        assert f'{figures["inside_local_pairs"]:.1%}' in out
    # Without order, one of the two in each global pair is right.
    average = summary['models']['average over segments']
    assert average['inside_global_pairs'] == 0.5
    for path in summary['files'].values():
        assert (tmp_path / path).exists(), path

    # Again: what is there is not made again.
    checkpoint = tmp_path / summary['files']['checkpoint']
    before = checkpoint.stat().st_mtime_ns
    run_tool('demo', '--quick', '--seed', 3, cwd=tmp_path)
    assert checkpoint.stat().st_mtime_ns == before
