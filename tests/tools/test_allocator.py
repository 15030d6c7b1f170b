import pytest

from .conftest import fail_tool


@pytest.mark.parametrize(
    ('name', 'args'),
    [
        ('train', ['config.py']),
        ('test', ['config.py', 'checkpoint.pth']),
        ('predict', ['config.py', 'checkpoint.pth', 'video.mp4']),
        ('fit', ['clips']),
    ],
)
def test_tools_read_the_switch(name, args, tmp_path, monkeypatch):
    monkeypatch.setenv('STNET_MALLOC', 'off')
    error = fail_tool(name, *args, cwd=tmp_path)
    assert "unknown STNET_MALLOC 'off': choose one of '0', '1'" in error
