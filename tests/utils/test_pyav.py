import io
import os
import sys

import av
import pytest

from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_mm.utils.pyav import require_pyav

from ..tools.processes import finish, start_tool


def test_pyav_that_is_there():
    require_pyav('to dance')


def test_pyav_that_is_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, 'stnet_runtime.video_reader', None)
    with pytest.raises(ImportError, match=r'to dance, .* "av>=17"'):
        require_pyav('to dance')
    with pytest.raises(ImportError, match='to write videos'):
        MP4Writer(io.BytesIO(), 25)


def test_pyav_that_is_too_old(monkeypatch):
    monkeypatch.setattr(av, '__version__', '16.1.0')
    monkeypatch.delitem(sys.modules, 'stnet_runtime.video_reader')
    with pytest.raises(ImportError, match='PyAV 17') as error:
        require_pyav('to dance')
    assert '16.1.0' in str(error.value.__cause__)


@pytest.mark.parametrize(
    ('tool', 'purpose'),
    [('stream', 'to read streams'), ('timeline', 'to read long videos')],
)
def test_tools_that_need_it_say_so(tmp_path, monkeypatch, tool, purpose):
    (tmp_path / 'av.py').write_text("raise ImportError('none', name='av')")
    monkeypatch.setenv('PYTHONPATH', str(tmp_path), prepend=os.pathsep)
    process = start_tool(tool, 'a.py', 'b.pth', '0', cwd=tmp_path)
    status, _, errors = finish(process)
    assert status == 1
    assert errors.splitlines()[-1].startswith(f'error: {purpose}, PyAV')
    assert 'Traceback' not in errors
