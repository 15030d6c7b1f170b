"""Patches of upstream faults.

``PATCHES`` at the end lists them all. Each first checks that its fault is
present and leaves everything alone where it is not. ``import stnet_mm``
applies them, so MMAction2's own tools have them, too, when a config has
``custom_imports=['stnet_mm']``.
"""

from __future__ import annotations

import importlib.util
import inspect
import io
import pickle
import sys
import types
from pathlib import Path
from typing import Any, Callable, NamedTuple


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


def patch_checkpoint_loading() -> bool:
    """Allow-list what MMEngine stores in the checkpoints of its Runner.

    Since torch 2.6 ``torch.load`` reads plain data only
    (``weights_only=True``), and MMEngine 0.10.7 cannot load the
    ``HistoryBuffer`` objects which its own Runner writes
    (open-mmlab/mmengine#1655). ``weights_only`` stays on.

    Returns:
        bool: Whether the fault was present and has been patched.
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
        from numpy.core import multiarray  # type: ignore[no-redef]
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


def patch_visualization_hook() -> bool:
    """Register ``StNetVisualizationHook`` in place of MMAction2's hook.

    The ``VisualizationHook`` of mmaction2 1.2.0 hands ``ActionVisualizer``
    an argument that it does not know, so drawing fails.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    from mmaction.registry import HOOKS
    from mmaction.visualization import ActionVisualizer

    from .engine import StNetVisualizationHook

    known = inspect.signature(ActionVisualizer.add_datasample).parameters
    if 'show' in known:
        return False
    HOOKS.register_module(
        'VisualizationHook', force=True, module=StNetVisualizationHook
    )
    return True


def patch_bfloat16_scores() -> bool:
    """Let MMAction2's heads train in bfloat16.

    Those of mmaction2 1.2.0 count accuracy in numpy, which has no bfloat16,
    so the first step of training in it fails. Losses are in float32 as well.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import torch
    from mmaction.models.heads import BaseHead

    loss_by_feat = BaseHead.loss_by_feat
    if 'cls_scores.detach().cpu().numpy()' not in inspect.getsource(
        loss_by_feat
    ):
        return False

    def patched(self, cls_scores, data_samples):
        if cls_scores.dtype == torch.bfloat16:
            cls_scores = cls_scores.float()
        return loss_by_feat(self, cls_scores, data_samples)

    BaseHead.loss_by_feat = patched
    return True


def patch_color_jitter() -> bool:
    """Let MMAction2's ``ColorJitter`` turn hues back with numpy 2.

    That of mmaction2 1.2.0 adds a negative number to bytes, which numpy 2
    refuses (``OverflowError``), so half of all samples fail.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    import cv2
    import numpy as np
    from mmaction.datasets.transforms import ColorJitter

    try:
        ColorJitter.adjust_hue(np.zeros((1, 1, 3), np.uint8), -0.1)
        return False
    except OverflowError:
        pass

    def adjust_hue(img, factor):
        image = np.clip(img, 0, 255).astype(np.uint8)
        colors = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        # OpenCV's hues of bytes go around at 180.
        hues = (colors[..., 0].astype(int) + int(factor * 255)) % 180
        colors[..., 0] = hues
        return cv2.cvtColor(colors, cv2.COLOR_HSV2RGB).astype(np.float32)

    ColorJitter.adjust_hue = staticmethod(adjust_hue)
    return True


def patch_inferencer_pipeline() -> bool:
    """Let MMAction2's inferencers decode as the config says.

    ``ActionRecogInferencer`` of mmaction2 1.2.0, and so
    ``MMAction2Inferencer``, puts other transforms without arguments in place
    of those that decode. Ours also scale, so the network saw other frames
    than in testing. Pipelines of ours stay as they are: they take files,
    folders and arrays. So the number of crops stays as well.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    from mmaction.apis.inferencers import ActionRecogInferencer
    from mmengine.dataset import Compose

    from .apis.video_input import (
        find_test_dataset,
        make_sample,
        takes_any_video,
    )

    init_pipeline = ActionRecogInferencer._init_pipeline
    if "dict(type='DecordInit')" not in inspect.getsource(init_pipeline):
        return False

    def patched(self, cfg):
        steps = find_test_dataset(cfg).pipeline
        if not takes_any_video(steps):
            return init_pipeline(self, cfg)
        template = self.pack_cfg.get('filename_tmpl')
        return Compose([lambda video: make_sample(video, template), *steps])

    ActionRecogInferencer._init_pipeline = patched
    return True


def patch_launchers() -> bool:
    """Let MMEngine start several processes where there is no GPU.

    Returns:
        bool: Whether the fault was present and has been patched.
    """
    from .engine.cpu_processes import patch_launchers

    return patch_launchers()


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
    Patch(patch_checkpoint_loading, 'before'),
    Patch(patch_visualization_hook, 'after'),
    Patch(patch_bfloat16_scores, 'after'),
    Patch(patch_color_jitter, 'after'),
    Patch(patch_inferencer_pipeline, 'after'),
    Patch(patch_launchers, 'after'),
)


def apply_patches(when: str) -> list[str]:
    """Apply the patches of ``PATCHES`` whose fault is present.

    Args:
        when (str): Those of ``'before'`` or of ``'after'``.

    Returns:
        list[str]: Names of the functions that found their fault.
    """
    return [
        patch.apply.__name__
        for patch in PATCHES
        if patch.when == when and patch.apply()
    ]
