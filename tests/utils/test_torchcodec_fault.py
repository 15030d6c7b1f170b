"""What is said where torchcodec cannot be used."""

import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from stnet_mm.utils import torchcodec_fault
from stnet_mm.utils.torchcodec_fault import FFMPEG_MISSING, explain_failure

ROOT = Path(__file__).parents[2]
# As torchcodec 0.17 says it, a version of FFmpeg each.
TRACE = """FFmpeg version {version}:
Traceback (most recent call last):
  File "torch/_ops.py", line 1587, in load_library
    ctypes.CDLL(path)
OSError: {cause}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
OSError: Could not load this library: /x/libtorchcodec_core{version}.so
"""
ABSENT = '{}: cannot open shared object file: No such file or directory'


@pytest.fixture
def find_fault(monkeypatch):
    """It, with an installed version, and not what it found before."""

    def find(version):
        monkeypatch.setattr(metadata, 'version', lambda name: version)
        return torchcodec_fault.find_torchcodec_fault.__wrapped__()

    return find


def traces(*causes):
    return 'Could not load libtorchcodec. Likely causes:\n' + '\n'.join(
        TRACE.format(version=9 - i, cause=cause)
        for i, cause in enumerate(causes)
    )


@pytest.mark.parametrize(
    'names',
    [
        ('libavutil.so.61', 'libavutil.so.60', 'libavdevice.so.59'),
        ('dlopen(/x/core8.dylib): Library not loaded: @rpath/libavutil.60.',),
    ],
)
def test_no_ffmpeg(names):
    text = traces(*map(ABSENT.format, names))
    assert explain_failure(text, '0.17.0') == FFMPEG_MISSING
    assert '\n' not in FFMPEG_MISSING


def test_another_torch():
    symbol = '/x/libtorchcodec_core5.so: undefined symbol: _ZN5torch'
    text = traces(ABSENT.format('libavutil.so.61'), symbol)
    fault = explain_failure(text, '0.17.0')
    assert fault.startswith('torchcodec 0.17.0 does not fit this PyTorch')
    assert symbol in fault
    assert '\n' not in fault


def test_a_build_for_gpus(find_fault, monkeypatch):
    class Finder:
        def find_spec(self, name, *args):
            if name == 'torchcodec':
                cause = OSError(ABSENT.format('libtorch_cuda.so'))
                raise OSError('Could not load this library: x.so') from cause

    monkeypatch.delitem(sys.modules, 'torchcodec', raising=False)
    monkeypatch.setattr(sys, 'meta_path', [Finder(), *sys.meta_path])
    fault = find_fault('0.17.0')
    assert 'libtorch_cuda.so' in fault
    assert fault.endswith('https://download.pytorch.org/whl/cpu')


def test_absent_or_old(find_fault, monkeypatch):
    fault = find_fault('0.9.1')
    assert fault.startswith('torchcodec 0.17 or newer is needed')
    assert 'not 0.9.1' in fault
    working = SimpleNamespace(ffmpeg_major_version=7)
    monkeypatch.setitem(sys.modules, 'torchcodec', working)
    for version in ('0.17', '0.17.1+cpu', '1.0'):
        assert find_fault(version) is None

    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, 'version', absent)
    fault = torchcodec_fault.find_torchcodec_fault.__wrapped__()
    assert fault == 'torchcodec is not installed: pip install torchcodec'


@pytest.mark.skipif(
    find_spec('torchcodec') is None, reason='torchcodec is not installed'
)
def test_its_own_error():
    code = """
import torch
load = torch.ops.load_library
def fail(path):
    if 'libtorchcodec_core' not in path:
        return load(path)
    raise OSError('Could not load this library') from OSError(
        'libavutil.so.99: cannot open shared object file: No such file')
torch.ops.load_library = fail
from stnet_mm.utils.torchcodec_fault import find_torchcodec_fault
print(find_torchcodec_fault())
"""
    # As the doctor, which does not import the rest of the package.
    code = f"import sys; sys.argv = ['-m', 'doctor']\n{code}"
    result = subprocess.run(
        [sys.executable, '-c', code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.stdout.splitlines() == [FFMPEG_MISSING], result.stderr
