"""What is wrong, by the report, and what to do about it."""

from __future__ import annotations

import re
from typing import Iterator

from ..environment import MMCV_COMMAND, TESTED_VERSIONS
from .decoders import CODECS

# What nothing works without, and how to get it.
NEEDED = {
    'torch': 'pip install torch',
    'numpy': 'pip install numpy',
    'opencv': 'pip install opencv-python',
    'mmengine': 'pip install mmengine',
    'mmcv': MMCV_COMMAND,
    'mmaction2': 'pip install "mmaction2>=1.2.0"',
}
# In place of a version that does not fit.
REPLACE = {
    'mmcv': f'pip uninstall -y mmcv && {MMCV_COMMAND}',
    'mmengine': 'pip install "mmengine<1.0.0"',
}
PYAV_COMMAND = 'pip install "av>=17"'
SETUPTOOLS_COMMAND = 'pip install "setuptools<82"'
REPORT = 'report it with the output of `python -m stnet_mm doctor --json`'


def find_problems(report: dict) -> list[dict]:
    """Tell what is wrong.

    Args:
        report (dict): What ``examine`` found.

    Returns:
        list[dict]: Of each problem ``cause`` (str), ``remedy`` (str) and
        ``needed`` (bool), whether StNet needs what fails; those first.
    """
    found = [
        *_of_import(report),
        *_of_decoders(report),
        *_of_self_test(report),
        *_of_devices(report),
        *_of_versions(report),
    ]
    problems = [
        dict(cause=cause, remedy=remedy, needed=needed)
        for needed, cause, remedy in found
    ]
    return sorted(problems, key=lambda problem: not problem['needed'])


Problems = Iterator[tuple]  # of needed, cause and remedy


def _of_import(report: dict) -> Problems:
    if report['import']['ok']:
        return
    versions = {n: p['version'] for n, p in report['packages'].items()}
    missing = [name for name in NEEDED if versions[name] is None]
    for name in missing:
        yield True, f'{name} is not installed', NEEDED[name]
    if missing:
        return
    error = report['import']['error']
    # As MMAction2's own checks of versions put it.
    refused = re.search(r'(MMCV|MMEngine)==(\S+)', error)
    if refused:
        name = refused[1].lower()
        cause = f'MMAction2 does not take {name} {refused[2]}'
        yield True, cause, REPLACE[name]
    elif 'mmcv/_ext' in error or 'mmcv._ext' in error:
        cause = "mmcv's compiled operators do not fit this torch"
        yield True, f'{cause} ({error})', REPLACE['mmcv']
    elif "No module named 'pkg_resources'" in error:
        yield True, 'there is no pkg_resources', SETUPTOOLS_COMMAND
    else:
        absent = re.search(r"No module named '([A-Za-z]\w*)'", error)
        remedy = f'pip install {absent[1]}' if absent else REPORT
        yield True, f'import stnet_mm fails: {error}', remedy


def _of_decoders(report: dict) -> Problems:
    results = report['decoders']['results']
    if report['decoders']['error']:
        cause = f'trying the decoders failed: {report["decoders"]["error"]}'
        yield True, cause, f'{PYAV_COMMAND}; if it fails again, {REPORT}'
        return
    lost = [
        codec
        for codec in CODECS
        if all(faults[codec] for faults in results.values())
    ]
    if 'h264' in lost:
        yield True, 'no decoder decodes H.264', PYAV_COMMAND
    elif any(results['pyav'].values()):
        lacking = [c for c, fault in results['pyav'].items() if fault]
        cause = f'PyAV, the fastest decoder, fails on {", ".join(lacking)}'
        reason = results['pyav'][lacking[0]]
        yield False, f'{cause} ({reason})', PYAV_COMMAND


def _of_self_test(report: dict) -> Problems:
    result = report['self_test']
    if result is None or result.get('ok'):
        return
    cause = result.get('error') or (
        f'logits differ by {result["difference"]:.1e} of the largest'
    )
    yield True, f'the self-test fails: {cause}', REPORT


def _of_devices(report: dict) -> Problems:
    for key in ('cpu', 'cuda'):
        fault = (report[key] or {}).get('error')
        if fault:
            yield True, f'{key} cannot be examined: {fault}', REPORT
    cuda = report['cuda']
    if cuda is None or 'error' in cuda:
        return
    remedy = (
        'install the PyTorch for this GPU and driver: '
        'https://pytorch.org/get-started/locally'
    )
    for gpu in cuda['gpus']:
        if gpu['fault']:
            yield True, f'{gpu["name"]} fails: {gpu["fault"]}', remedy
    if cuda['driver'] and not cuda['gpus']:
        yield (
            False,
            f"there is NVIDIA's driver {cuda['driver']}, but PyTorch (CUDA "
            f'{cuda["cuda"]}) sees no GPU',
            remedy,
        )


def _of_versions(report: dict) -> Problems:
    for name, package in report['packages'].items():
        if package['in_tested_range'] is False:
            yield (
                False,
                f'{name} {package["version"]} is not tested '
                f'(tested: {package["tested"]})',
                f'if something fails: pip install "{name}=='
                f'{TESTED_VERSIONS[name][1]}.*"',
            )
    if not report['pkg_resources']:
        yield (
            False,
            'there is no pkg_resources, which `mim` needs, and configs whose '
            '_base_ is in another package',
            SETUPTOOLS_COMMAND,
        )
