"""MMAction2's hook that draws the samples of a validation."""

from __future__ import annotations

import inspect


def patch_visualization_hook() -> bool:
    """Register ``StNetVisualizationHook`` in place of MMAction2's hook.

    The ``VisualizationHook`` of mmaction2 1.2.0 hands ``ActionVisualizer``
    an argument that it does not know, so drawing fails.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    from mmaction.registry import HOOKS
    from mmaction.visualization import ActionVisualizer

    from ..engine import StNetVisualizationHook

    known = inspect.signature(ActionVisualizer.add_datasample).parameters
    if 'show' in known:
        return False
    HOOKS.register_module(
        'VisualizationHook', force=True, module=StNetVisualizationHook
    )
    return True
