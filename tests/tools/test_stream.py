from __future__ import annotations

import json
import signal
import socket
from itertools import cycle, islice

import pytest

from ..streams import texture
from ..videos import write_images
from .conftest import fail_tool, run_tool
from .processes import (
    TIMEOUT,
    finish,
    run_quickly,
    start_tool,
    wait_for_line,
)


@pytest.fixture(scope='module')
def video(workshop):
    path = workshop / 'stream.mp4'
    write_images(path, islice(cycle([*texture(24, 40, 44)]), 60))
    return path


# T = 2 segments of 6 frames, at 12 per second.
WINDOWS = ('--window', '1s', '--stride', '0.5s')


def test_a_file_in_real_time(workshop, checkpoint, video):
    args = ('stream', 'config.py', checkpoint, video, *WINDOWS)
    out = run_tool(*args, '--topk', 2, cwd=workshop)
    # The last segment's frames are there before its end.
    lines = out.splitlines()
    assert len(lines) == 9
    assert lines[0].split()[0] == '0.00'
    assert lines[0].count('%') == 2
    status, out, err = run_quickly(*args, '--json', cwd=workshop)
    assert status == 0
    found = [json.loads(line) for line in out.splitlines()]
    assert [line['start'] for line in found] == [k / 2 for k in range(9)]
    assert found[0]['scores'].keys() == {'kind0', 'kind1', 'kind2'}
    assert '9 predictions; load' in err
    assert '0 frames dropped' in err


def test_ctrl_c(workshop, checkpoint, video):
    process = start_tool(
        'stream', 'config.py', checkpoint, video, *WINDOWS, cwd=workshop
    )
    wait_for_line(process)
    process.send_signal(signal.SIGINT)
    status, _, err = finish(process)
    assert status == 0
    assert 'predictions; load' in err
    assert 'Traceback' not in err


def test_a_signal_while_no_frame_comes(workshop, checkpoint):
    with socket.create_server(('127.0.0.1', 0)) as server:
        server.settimeout(TIMEOUT)
        address = f'tcp://127.0.0.1:{server.getsockname()[1]}'
        process = start_tool(
            *('stream', 'config.py', checkpoint, address),
            # Far longer than the test may take.
            *('--patience', 10 * TIMEOUT, '--give-up', 20 * TIMEOUT),
            cwd=workshop,
        )
        try:
            connection, _ = server.accept()
            with connection:
                process.send_signal(signal.SIGTERM)
                status, _, err = finish(process)
        finally:
            process.kill()
    assert status == 143
    assert '0 predictions; load' in err
    assert 'Traceback' not in err


def test_errors(workshop, checkpoint):
    args = ('stream', 'config.py', checkpoint)
    error = fail_tool(*args, 'gone.mp4', cwd=workshop)
    assert 'gone.mp4: no frame for 0 s: No such file' in error
    status, _, err = run_quickly(
        *args, 'a.mp4', '--window', '-1', cwd=workshop
    )
    assert status == 2
    assert 'invalid seconds value' in err
