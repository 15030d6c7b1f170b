import errno

import pytest
from mmengine.config import Config
from mmengine.config import config as config_module

from stnet_mm.errors import StNetInputError
from stnet_mm.utils.error_lines import clear_errors, reason_of


def interrupt(*args, **kwargs):
    raise KeyboardInterrupt


def test_an_interrupt_while_a_config_is_written(monkeypatch):
    monkeypatch.setattr(config_module, 'FormatCode', interrupt)
    with pytest.raises(SystemExit, match='^interrupted$'), clear_errors():
        Config(dict(a=1)).pretty_text  # noqa: B018


def test_other_faults_keep_their_traceback():
    with pytest.raises(SyntaxError, match='of ours'), clear_errors():
        raise SyntaxError('of ours')


def test_a_full_disk_says_what_to_do():
    with pytest.raises(SystemExit, match='full: .*free some'), clear_errors():
        raise OSError(errno.ENOSPC, 'full')


def test_reasons_without_the_name():
    error = StNetInputError('a b.mp4: frame 3 is damaged:\n  lost')
    assert reason_of(error, 'a b.mp4') == 'frame 3 is damaged: lost'
    error = OSError(errno.ENOENT, 'gone', 'a b.mp4')
    assert reason_of(error, 'a b.mp4') == 'gone'
