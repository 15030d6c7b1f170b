"""The DRN localizer that the wheel of mmaction2 1.2.0 lacks."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any


def patch_missing_drn() -> bool:
    """Put a placeholder for the DRN localizer that mmaction2's wheel lacks.

    The wheel of mmaction2 1.2.0 lacks ``mmaction.models.localizers.drn``
    (open-mmlab/mmaction2#2714), so ``import mmaction.models`` raises. DRN
    localizes sentences in videos; StNet has no use for it.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    package = 'mmaction.models.localizers'
    spec = importlib.util.find_spec('mmaction')
    if spec is None or not spec.submodule_search_locations:
        return False
    root = spec.submodule_search_locations[0]
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

    # Modules to which anything can be added.
    parent: Any = types.ModuleType(f'{package}.drn')
    parent.__path__ = []  # marks it as a package
    module: Any = types.ModuleType(f'{package}.drn.drn')
    module.DRN = DRN
    parent.drn = module
    sys.modules[parent.__name__] = parent
    sys.modules[module.__name__] = module
    return True
