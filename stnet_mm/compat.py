"""Cures for two upstream faults, and a warning about untested versions.

Each cure first checks that its fault is present and leaves everything alone
where it is not. ``import stnet_mm`` applies them, so they also serve
MMAction2's own tools when a config has ``custom_imports=['stnet_mm']``.
"""

import importlib.util
import io
import pickle
import sys
import types
import warnings
from importlib import metadata
from pathlib import Path
from typing import Callable

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
            'compiled operators, so either serves): run '
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


def cure_missing_drn() -> bool:
    """Stand in for the DRN localizer that mmaction2's wheel forgets.

    The wheel of mmaction2 1.2.0 lacks ``mmaction.models.localizers.drn``
    (open-mmlab/mmaction2#2714), so ``import mmaction.models`` raises. DRN
    localises sentences in videos; StNet has no use for it.

    Returns:
        bool: Whether the fault was present and has been cured.
    """
    package = 'mmaction.models.localizers'
    root = importlib.util.find_spec('mmaction').submodule_search_locations[0]
    localizers = Path(root, 'models', 'localizers')
    init = localizers / '__init__.py'
    if (
        f'{package}.drn' in sys.modules
        or (localizers / 'drn' / 'drn.py').exists()
        or not init.exists()
        or 'from .drn' not in init.read_text(encoding='utf-8')
    ):
        return False

    class DRN:
        """Placeholder: says why it cannot be used."""

        def __init__(self, *args, **kwargs) -> None:
            raise ImportError(
                'The installed wheel of mmaction2 does not contain DRN '
                '(open-mmlab/mmaction2#2714): install mmaction2 from source.'
            )

    parent = types.ModuleType(f'{package}.drn')
    parent.__path__ = []  # marks it as a package
    module = types.ModuleType(f'{package}.drn.drn')
    module.DRN = DRN
    parent.drn = module
    sys.modules[parent.__name__] = parent
    sys.modules[module.__name__] = module
    return True


def cure_checkpoint_loading() -> bool:
    """Allow-list what MMEngine stores in the checkpoints of its Runner.

    Since torch 2.6 ``torch.load`` reads plain data only
    (``weights_only=True``), and MMEngine 0.10.7 cannot load the
    ``HistoryBuffer`` objects which its own Runner writes
    (open-mmlab/mmengine#1655). ``weights_only`` stays on.

    Returns:
        bool: Whether the fault was present and has been cured.
    """
    import numpy as np
    import torch
    from mmengine.logging import HistoryBuffer

    buffer = io.BytesIO()
    torch.save(HistoryBuffer([0.0], [1]), buffer)
    buffer.seek(0)
    try:
        torch.load(buffer)
        return False
    except pickle.UnpicklingError:
        pass

    # numpy 2 renamed the module; checkpoints may come from either side.
    try:
        from numpy._core import multiarray
    except ImportError:
        from numpy.core import multiarray
    torch.serialization.add_safe_globals(
        [
            HistoryBuffer,
            np.ndarray,
            np.dtype,
            # The classes of the dtypes of numbers.
            *{type(np.dtype(code)) for code in '?bhilqBHILQefd'},
            *(
                (getattr(multiarray, name), f'numpy.{core}.multiarray.{name}')
                for name in ('_reconstruct', 'scalar')
                for core in ('core', '_core')
            ),
            (_statistics_method, 'builtins.getattr'),
        ]
    )
    return True


def _statistics_method(owner: type, name: str) -> Callable:
    """Stand in for ``getattr`` in a checkpoint, for one use only.

    A HistoryBuffer refers to its own statistics methods by ``getattr``; the
    real one would let a forged checkpoint reach any attribute of any class.
    """
    from mmengine.logging import HistoryBuffer

    if owner is HistoryBuffer and name in ('min', 'max', 'current', 'mean'):
        return getattr(HistoryBuffer, name)
    raise pickle.UnpicklingError(
        f'refused to read attribute {name!r} of {owner!r} from a checkpoint'
    )


def apply() -> None:
    """Check the set-up and apply every cure whose fault is present."""
    require_mmcv()
    warn_untested_versions()
    cure_missing_drn()
    cure_checkpoint_loading()
