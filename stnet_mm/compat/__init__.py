"""Patches of upstream faults, a file each; ``PATCHES`` lists them all.

Each first checks that its fault is present and leaves everything alone where
it is not. ``import stnet_mm`` applies them, so MMAction2's own tools have
them, too, when a config has ``custom_imports=['stnet_mm']``.
"""

from __future__ import annotations

from typing import Callable, NamedTuple

from .bfloat16_scores import patch_bfloat16_scores
from .checkpoint_loading import patch_checkpoint_loading
from .class_balance import patch_class_balance
from .color_jitter import patch_color_jitter
from .config_text import patch_config_text
from .inferencer_pipeline import patch_inferencer_pipeline
from .launchers import patch_launchers
from .missing_drn import patch_missing_drn
from .multimodal_models import patch_multimodal_models
from .resumed_config import patch_resumed_config
from .sync_batch_norm import patch_sync_batch_norm
from .visualization_hook import patch_visualization_hook


class Patch(NamedTuple):
    """A patch of an upstream fault.

    Attributes:
        apply (Callable[[], bool]): Patches the fault if it is present, and
            returns whether it was.
        when (str): ``'before'`` MMAction2 is imported, which fails without
            it, or ``'after'`` everything of this package is registered.
    """

    apply: Callable[[], bool]
    when: str


PATCHES = (
    Patch(patch_missing_drn, 'before'),
    Patch(patch_multimodal_models, 'before'),
    Patch(patch_checkpoint_loading, 'before'),
    Patch(patch_resumed_config, 'before'),
    Patch(patch_config_text, 'before'),
    Patch(patch_visualization_hook, 'after'),
    Patch(patch_bfloat16_scores, 'after'),
    Patch(patch_color_jitter, 'after'),
    Patch(patch_inferencer_pipeline, 'after'),
    Patch(patch_class_balance, 'after'),
    Patch(patch_launchers, 'after'),
    Patch(patch_sync_batch_norm, 'after'),
)

# Names of the functions that have found their fault in this process.
APPLIED: list[str] = []


def apply_patches(when: str) -> list[str]:
    """Apply the patches of ``PATCHES`` whose fault is present.

    ``APPLIED`` names them from then on.

    Args:
        when (str): Those of ``'before'`` or of ``'after'``.

    Returns:
        list[str]: Names of the functions that found their fault.
    """
    found = [
        patch.apply.__name__
        for patch in PATCHES
        if patch.when == when and patch.apply()
    ]
    APPLIED.extend(name for name in found if name not in APPLIED)
    return found
