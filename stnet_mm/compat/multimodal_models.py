"""MMAction2's multimodal networks, which do not work with transformers 5."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from pathlib import Path

# What MMAction2 1.2 imports from transformers.modeling_utils.
WANTED = 'apply_chunking_to_forward'


def patch_multimodal_models() -> bool:
    """Let MMAction2 do without multimodal networks if they cannot be loaded.

    With any transformers from 4.28 on, ``import mmaction.models`` imports
    VindLU, which takes names from ``transformers.modeling_utils`` that
    transformers 5 has no more. MMAction2 has placeholders for an environment
    without transformers; they are used then. StNet needs no transformers.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    if importlib.util.find_spec('mmaction') is None:
        return False
    spec = importlib.util.find_spec('transformers')
    if spec is None or not spec.submodule_search_locations:
        return False
    # Read, not imported, which takes seconds.
    code = Path(spec.submodule_search_locations[0], 'modeling_utils.py')
    if not code.exists() or WANTED in code.read_text(encoding='utf-8'):
        return False
    try:
        dependency = import_module('mmaction.utils.dependency')
    except ImportError:  # MMAction2 before 1.2 has no such networks
        return False
    if not getattr(dependency, 'WITH_MULTIMODAL', False):
        return False
    dependency.WITH_MULTIMODAL = False  # type: ignore[attr-defined]
    return True
