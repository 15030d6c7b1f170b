"""The doctor, in this set-up and in broken ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from stnet_mm import compat
from stnet_mm.doctor import devices, format_report, packages, self_test
from stnet_mm.doctor.problems import find_problems
from stnet_mm.models.temporal_modeling_block import TemporalModelingBlock

ROOT = Path(__file__).parents[2]


def run_doctor(folder: Path, *args: str) -> subprocess.CompletedProcess:
    """Run it with a folder before all others that have modules."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, '-m', 'stnet_mm', 'doctor', *args],
        env={**os.environ, 'PYTHONPATH': path},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )


def report_of(folder: Path, status: int) -> dict:
    result = run_doctor(folder, '--json')
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout)


def hide(folder: Path, *modules: str, more: str = '') -> None:
    """Let every process believe that there are no such modules."""
    (folder / 'sitecustomize.py').write_text(
        f'import sys\nsys.modules.update(dict.fromkeys({modules}))\n{more}'
    )


@pytest.fixture(scope='module')
def healthy(tmp_path_factory) -> dict:
    """The report of this set-up."""
    return report_of(tmp_path_factory.mktemp('healthy'), 0)


@pytest.fixture
def report(healthy) -> dict:
    """A copy of it, to be damaged."""
    return json.loads(json.dumps(healthy))


def test_a_set_up_that_works(healthy):
    assert healthy['ok']
    assert healthy['import'] == dict(ok=True, error=None, trace=None)
    assert healthy['packages']['torch']['version'] == torch.__version__
    patches = [patch['name'] for patch in healthy['patches']]
    assert patches == compat.APPLIED
    assert all(patch['summary'] for patch in healthy['patches'])
    assert set(healthy['decoders']['results']['pyav'].values()) == {None}
    assert healthy['cpu']['precision'] in ('float32', 'bfloat16')
    assert healthy['self_test']['ok']
    assert not any(p['needed'] for p in healthy['problems'])
    text = format_report(healthy)
    assert 'pyav         h264, hevc, vp9, av1\n' in text
    assert '\n  ok: they differ by' in text


def test_no_mmcv(tmp_path):
    hide(tmp_path, 'mmcv')
    result = run_doctor(tmp_path)
    assert result.returncode == 1
    assert 'error: mmcv is not installed\n' in result.stdout
    assert '-> pip install "mmcv-lite>=2.0.0,<2.2.0"\n' in result.stdout
    # The decoders are examined all the same.
    assert 'pyav         h264' in result.stdout
    assert 'Traceback' not in result.stdout + result.stderr


def test_mmcv_that_is_too_new(tmp_path):
    (tmp_path / 'mmcv').mkdir()
    (tmp_path / 'mmcv' / '__init__.py').write_text("__version__ = '2.2.0'\n")
    report = report_of(tmp_path, 1)
    (problem,) = (p for p in report['problems'] if p['needed'])
    assert problem['cause'] == 'MMAction2 does not take mmcv 2.2.0'
    assert 'pip install "mmcv-lite>=2.0.0,<2.2.0"' in problem['remedy']
    assert 'AssertionError: MMCV==2.2.0' in report['import']['trace']


def test_a_process_that_crashes(tmp_path):
    (tmp_path / 'mmcv').mkdir()
    code = "__version__ = '2.1.0'\nimport os\nos.abort()\n"
    (tmp_path / 'mmcv' / '__init__.py').write_text(code)
    report = report_of(tmp_path, 1)
    assert 'SIGABRT' in report['import']['error']
    (problem,) = (p for p in report['problems'] if p['needed'])
    assert problem['cause'] == (
        'import stnet_mm fails: the process was ended by SIGABRT'
    )


def test_no_decoder(tmp_path):
    broken = 'import cv2\ncv2.VideoCapture = None\n'
    hide(tmp_path, 'av', 'torchcodec', 'decord', more=broken)
    report = report_of(tmp_path, 1)
    (problem,) = (p for p in report['problems'] if p['needed'])
    assert problem['cause'] == 'no decoder decodes H.264'
    assert problem['remedy'] == 'pip install "av>=17"'
    assert report['packages']['decord']['version'] is None
    assert report['self_test']['ok']


def test_what_is_patched_or_not_needed_is_no_error(tmp_path):
    """Transformers 5, and neither pkg_resources nor PyAV."""
    hide(tmp_path, 'pkg_resources', 'av')
    for name in ('transformers', 'transformers-5.0.0.dist-info'):
        (tmp_path / name).mkdir()
    module = tmp_path / 'transformers'
    (module / '__init__.py').write_text("__version__ = '5.0.0'\n")
    (module / 'modeling_utils.py').write_text('')
    (tmp_path / 'transformers-5.0.0.dist-info' / 'METADATA').write_text(
        'Metadata-Version: 2.1\nName: transformers\nVersion: 5.0.0\n'
    )
    report = report_of(tmp_path, 0)
    assert report['packages']['transformers']['version'] == '5.0.0'
    patches = [patch['name'] for patch in report['patches']]
    assert 'patch_multimodal_models' in patches
    remedies = [problem['remedy'] for problem in report['problems']]
    assert 'pip install "setuptools<82"' in remedies
    assert 'pip install "av>=17"' in remedies


@pytest.mark.parametrize(
    ('error', 'remedy'),
    [
        ("No module named 'importlib_metadata'", 'importlib_metadata'),
        ("No module named 'pkg_resources'", '"setuptools<82"'),
        ('MMEngine==1.0.0 is used but', '"mmengine<1.0.0"'),
        ('mmcv/_ext.so: undefined symbol', '"mmcv-lite>=2.0.0,<2.2.0"'),
    ],
)
def test_imports_that_fail(report, error, remedy):
    report['import'].update(ok=False, error=f'ImportError: {error}')
    problem = find_problems(report)[0]
    assert problem['needed']
    assert problem['remedy'].endswith(f'pip install {remedy}')


def test_other_problems(report):
    gpu = dict(name='Old GPU', fault='no kernel image is available')
    report['cuda'].update(gpus=[gpu], driver='1.2')
    report['self_test'].update(ok=False, difference=0.5)
    report['packages']['torch'].update(version='1.12', in_tested_range=False)
    causes = {p['cause']: p['needed'] for p in find_problems(report)}
    assert causes['Old GPU fails: no kernel image is available']
    assert causes[
        'the self-test fails: logits differ by 5.0e-01 of the largest'
    ]
    assert causes['torch 1.12 is not tested (tested: 1.13 to 2.15)'] is False
    report['cuda'].update(gpus=[])
    driver = "there is NVIDIA's driver 1.2, but PyTorch (CUDA "
    assert any(p['cause'].startswith(driver) for p in find_problems(report))


def test_the_self_test_notices_a_wrong_operator(monkeypatch):
    assert self_test.compute_logits(torch.float64) == pytest.approx(
        self_test.EXPECTED, rel=1e-9
    )
    assert self_test.run_self_test()['ok']
    forward = TemporalModelingBlock.forward
    monkeypatch.setattr(
        TemporalModelingBlock,
        'forward',
        lambda self, x, *args: forward(self, x.flip(0), *args).flip(0),
    )
    assert not self_test.run_self_test()['ok']
    monkeypatch.setattr(
        TemporalModelingBlock, 'forward', lambda self, x, *args: x * torch.nan
    )
    with pytest.raises(ArithmeticError, match='the logits are .nan'):
        self_test.run_self_test()


@pytest.mark.parametrize(
    ('file', 'code', 'version'),
    [
        ('version.py', "version = '1.2'\n", '1.2'),
        ('__init__.py', "x = 1\n__version__: str = '1.2+cpu'\n", '1.2+cpu'),
        ('__init__.py', "minimum_version = '3'\n", 'unknown'),
    ],
)
def test_versions_are_read_from_files(
    monkeypatch, tmp_path, file, code, version
):
    folder = tmp_path / 'stnet_fork'
    folder.mkdir()
    (folder / '__init__.py').write_text('raise AssertionError\n')
    (folder / file).write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    assert packages.find_version('stnet_fork') == version
    assert packages.find_version('stnet_absent') is None


def test_a_gpu(monkeypatch):
    properties = SimpleNamespace(
        name='A GPU', total_memory=3 * 2**29, major=7, minor=5
    )
    cuda = SimpleNamespace(
        is_available=lambda: True,
        device_count=lambda: 1,
        get_device_properties=lambda number: properties,
        get_device_capability=lambda *number: (7, 5),
        device=nullcontext,
    )
    monkeypatch.setattr(torch, 'cuda', cuda)
    monkeypatch.setattr(torch.backends.cudnn, 'version', lambda: 91000)
    monkeypatch.setattr(torch, 'ones', lambda *a, device: torch.zeros(*a))
    (gpu,) = devices.describe_cuda()['gpus']
    assert gpu == dict(
        name='A GPU',
        memory_gib=1.5,
        capability='7.5',
        precision='float16',
        fault='a sum of 64 ones is 0.0',
    )
