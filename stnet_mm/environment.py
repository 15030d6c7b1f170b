"""What has to be installed, and a warning about untested versions."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import warnings

# Lowest and highest version that projects/support_matrix has run with.
TESTED_VERSIONS = {
    'torch': ('1.13', '2.15'),
    'mmengine': ('0.8', '0.10'),
    'mmaction2': ('1.2.0', '1.2.0'),
}
# Modules of other names than their packages.
MODULES = {'mmaction2': 'mmaction'}

MMCV_COMMAND = 'pip install "mmcv-lite>=2.0.0,<2.2.0"'


def is_command() -> bool:
    """Whether ``python -m stnet_mm COMMAND`` is about to start.

    The doctor has to start where the rest of the package cannot be imported,
    and tools are processes of their own. Python imports the package before it
    puts a path in place of ``-m``; which one, it tells from 3.10 on.

    Returns:
        bool: Whether it is.
    """
    if sys.argv[:2] == ['-m', 'doctor']:
        return True
    command = getattr(sys, 'orig_argv', [])
    return sys.argv[:1] == ['-m'] and command[1:3] == ['-m', 'stnet_mm']


def require_mmcv() -> None:
    """Raise an ImportError that says what to do if there is no mmcv.

    Nor MMEngine, which mmcv brings unless it is installed by itself.
    """
    if importlib.util.find_spec('mmcv') is None:
        raise ImportError(
            "stnet_mm needs mmcv or mmcv-lite (StNet uses none of mmcv's "
            f'compiled operators, so either will do): run `{MMCV_COMMAND}`.'
        )
    if importlib.util.find_spec('mmengine') is None:
        raise ImportError(
            'stnet_mm needs mmengine: run `pip install mmengine`.'
        )


def is_tested(name: str, version: str) -> bool:
    """Whether the test suite has run with a version, or one close to it.

    Args:
        name (str): A package of ``TESTED_VERSIONS``.
        version (str): Its version.

    Returns:
        bool: Whether it is between the lowest and the highest.
    """
    low, high = map(version_numbers, TESTED_VERSIONS[name])
    # Compare as many numbers as the bound has: 2.13 covers 2.13.1.
    return low <= version_numbers(version)[: len(low)] <= high


def tested_span(name: str) -> str:
    """The tested versions in words.

    Args:
        name (str): A package of ``TESTED_VERSIONS``.

    Returns:
        str: One version, or the lowest and the highest.
    """
    low, high = TESTED_VERSIONS[name]
    return low if low == high else f'{low} to {high}'


def warn_untested_versions() -> None:
    """Warn once, by name, about versions outside the tested range.

    The modules are asked: packages of forks have other names.
    """
    untested = []
    for name in TESTED_VERSIONS:
        module = importlib.import_module(MODULES.get(name, name))
        if not is_tested(name, module.__version__):
            untested.append(
                f'{name} {module.__version__} (tested: {tested_span(name)})'
            )
    if untested:
        warnings.warn(
            'stnet_mm has not been tested with ' + ', '.join(untested),
            stacklevel=2,
        )


def version_numbers(version: str) -> list[int]:
    """The numbers in a version, to compare.

    Args:
        version (str): Such as ``'2.13.1+cpu'``.

    Returns:
        list[int]: Such as 2, 13, 1.
    """
    return [int(number) for number in re.findall(r'\d+', version)]
