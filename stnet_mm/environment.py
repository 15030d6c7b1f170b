"""What has to be installed, and a warning about untested versions."""

from __future__ import annotations

import importlib.util
import warnings
from importlib import metadata

# Lowest and highest version that the test suite has run with.
TESTED_VERSIONS = {
    'torch': ('2.13', '2.15'),
    'mmengine': ('0.10.7', '0.10.7'),
    'mmaction2': ('1.2.0', '1.2.0'),
}


def require_mmcv() -> None:
    """Raise an ImportError that says what to do if there is no mmcv."""
    if importlib.util.find_spec('mmcv') is None:
        raise ImportError(
            "stnet_mm needs mmcv or mmcv-lite (StNet uses none of mmcv's "
            'compiled operators, so either will do): run '
            '`pip install "mmcv-lite>=2.0.0,<2.2.0"`.'
        )


def warn_untested_versions() -> None:
    """Warn once, by name, about versions outside the tested range."""
    from mmengine.utils import digit_version

    untested = []
    for name, (low, high) in TESTED_VERSIONS.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            # A source checkout on PYTHONPATH: its version is not known.
            continue
        # Compare as many numbers as the bound has: 2.13 covers 2.13.1.
        numbers = digit_version(version)[: len(low.split('.'))]
        if not (
            digit_version(low)[: len(numbers)]
            <= numbers
            <= digit_version(high)[: len(numbers)]
        ):
            span = low if low == high else f'{low} to {high}'
            untested.append(f'{name} {version} (tested: {span})')
    if untested:
        warnings.warn(
            'stnet_mm has not been tested with ' + ', '.join(untested),
            stacklevel=2,
        )
