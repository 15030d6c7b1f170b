import io
import sys

import av
import pytest

from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_mm.utils.pyav import require_pyav


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
