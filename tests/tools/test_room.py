"""Disks, memory and shared memory that do not suffice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from stnet_mm.utils.archive_check import is_whole
from stnet_mm.utils.atomic import write_atomically
from stnet_mm.utils.error_lines import clear_errors

from .conftest import fail_tool, run_tool
from .processes import ROOT, TIMEOUT, run_quickly


def mount(path: Path, options: str) -> None:
    command = ['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT)
    except OSError:
        pytest.skip('there is no mount')
    if done.returncode:
        pytest.skip('only root can mount a small disk')


@pytest.fixture
def disk(tmp_path, checkpoint):
    """A disk with room for one checkpoint, but not for two."""
    path = tmp_path / 'disk'
    path.mkdir()
    size = checkpoint.stat().st_size
    mount(path, f'size={10 * size}')
    (path / 'others').write_bytes(bytes(int(8.4 * size)))
    yield path
    subprocess.run(['umount', '-l', str(path)], check=True, timeout=TIMEOUT)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with (disk / 'others').open('ab', buffering=0) as file:
        file.write(bytes(shutil.disk_usage(disk).free))
    assert shutil.disk_usage(disk).free == 0


def refused_for_room(tool: str, *args: object, cwd: Path) -> str:
    """The one line of a tool that fails; it prints no traceback."""
    status, out, err = run_quickly(tool, *args, cwd=cwd)
    assert status == 1, out[-3000:] + err[-3000:]
    assert 'Traceback' not in out + err, err
    assert 'Logging error' not in err
    (line,) = [x for x in err.splitlines() if x.startswith('error:')]
    return line


def test_a_disk_that_fills_up_in_training(workshop, disk):
    train = ('train', 'config.py', '--work-dir', disk / 'work')
    shorter = ('default_hooks.checkpoint.interval=1', 'train_cfg.save_every=9')
    error = refused_for_room(*train, '--cfg-options', *shorter, cwd=workshop)
    assert 'No space left on device' in error
    assert f'{disk}/work/' in error
    assert error.endswith('free some space and run it again')
    # The last checkpoint is whole, and nothing half is left.
    files = [*(disk / 'work').rglob('*.pth')]
    assert files
    assert all(is_whole(file) for file in files)
    assert not [*disk.rglob('*.tmp')]
    (disk / 'others').unlink()
    run_tool(*train, '--resume', cwd=workshop)
    assert is_whole(disk / 'work' / 'iter_3.pth')


def test_a_full_disk_costs_the_log_but_no_traceback(workshop, disk):
    (disk / 'work').mkdir()
    fill(disk)
    status, out, err = run_quickly(
        'train', 'config.py', '--work-dir', disk / 'work', cwd=workshop
    )
    assert status == 1, err
    assert 'Traceback' not in out + err
    warnings = [x for x in err.splitlines() if x.startswith('warning: ')]
    assert len(warnings) <= 1
    assert err.count('error: ') == 1
    assert 'No space left on device' in err


@pytest.mark.parametrize(
    ('tool', 'args'),
    [
        ('test', ('--dump', 'x.pkl')),
        ('test', ('--json', 'x.json')),
        ('test', ('--report', 'x')),
        ('predict', ('--json', 'x.json')),
        ('predict', ('--html', 'x.html')),
        ('publish_model', ('x.pth',)),
    ],
)
def test_results_on_a_full_disk(workshop, checkpoint, disk, tool, args):
    fill(disk)
    *option, name = args
    path = disk / name
    args = ('config.py', checkpoint)
    if tool == 'predict':
        args += ('data/videos/val_1_0.mp4',)
    if tool == 'test':
        args += ('--work-dir', disk.parent / 'work')
    if tool == 'publish_model':
        args = (checkpoint,)
    error = refused_for_room(tool, *args, *option, path, cwd=workshop)
    assert 'No space left on device' in error
    assert str(disk) in error
    assert error.endswith('free some space and run it again')
    left = [p for p in disk.rglob('*') if p.is_file() and p.name != 'others']
    assert not [p for p in left if p.stat().st_size]


def test_a_folder_that_cannot_be_written_to(workshop, checkpoint, disk):
    subprocess.run(
        ['mount', '-o', 'remount,ro', disk], check=True, timeout=TIMEOUT
    )
    for args in (
        ('train', 'config.py', '--work-dir', disk / 'work'),
        ('test', 'config.py', checkpoint, '--work-dir', disk / 'work'),
    ):
        error = fail_tool(*args, cwd=workshop)
        assert f"Read-only file system: '{disk}/work" in error
        assert error.endswith('choose a folder that can be written to')


def test_permissions():
    if os.geteuid():
        pytest.skip('only root can be another user')
    # Nobody may enter the folders of pytest.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.seteuid(65534)
        try:
            with pytest.raises(SystemExit) as caught, clear_errors():
                write_atomically(Path(folder, 'a.pth'), b'x')
        finally:
            os.seteuid(0)
    assert 'Permission denied' in str(caught.value)
    assert 'a.pth' in str(caught.value)
    assert 'ask its owner' in str(caught.value)


LOADER = """
import sys
import torch
from stnet_mm.datasets.dead_workers import explain_dead_workers
from stnet_mm.utils.error_lines import clear_errors

class Data(torch.utils.data.Dataset):
    def __len__(self): return 8
    def __getitem__(self, i): return torch.zeros(4_000_000)

with clear_errors(), explain_dead_workers():
    for batch in torch.utils.data.DataLoader(Data(), 2, num_workers=2):
        pass
"""


def test_shared_memory(tmp_path):
    if not shutil.which('unshare'):
        pytest.skip('there is no unshare')
    script = tmp_path / 'loader.py'
    script.write_text(LOADER)
    mounted = 'mount -t tmpfs -o size=1m tmpfs /dev/shm && exec "$0" "$@"'
    done = subprocess.run(
        ['unshare', '-m', 'sh', '-c', mounted, sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )
    if 'unshare' in done.stderr or 'mount' in done.stderr:
        pytest.skip('only root can change /dev/shm')
    assert done.returncode == 1
    assert 'Traceback' not in done.stderr
    (line,) = [x for x in done.stderr.splitlines() if x.startswith('error:')]
    assert 'num_workers' in line
    assert '--ipc=host' in line
