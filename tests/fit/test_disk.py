import shutil
from types import SimpleNamespace

import pytest
from torch import nn

from stnet_mm.errors import StNetInputError
from stnet_mm.fit import disk


@pytest.fixture
def leave(monkeypatch):
    """A function that says how many bytes the disk has left."""

    def leave(free):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(shutil, 'disk_usage', lambda _: usage)

    return leave


def test_frames(leave, tmp_path):
    leave(100 * 2 * disk.BYTES_PER_FRAME)
    assert disk.frames_fit(100, tmp_path)
    assert not disk.frames_fit(101, tmp_path)


def test_checkpoints(leave, tmp_path):
    model = nn.Linear(1000, 1000, bias=False)  # 12 MB each
    leave(48e6)
    disk.check_room_for_checkpoints(model, tmp_path)
    leave(47e6)
    with pytest.raises(StNetInputError, match='47 MB left.* need 48 MB'):
        disk.check_room_for_checkpoints(model, tmp_path)
