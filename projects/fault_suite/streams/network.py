"""The network that classifies the stream."""

from __future__ import annotations

from pathlib import Path

from stnet_mm.utils.recipe import fill_in

from ..small_config import OWN_DATA


def write_network(root: Path, folder: Path) -> tuple[Path, Path]:
    """Write the config and a checkpoint of StNet on EfficientNet-Lite0.

    It has ImageNet weights and a classifier that has learned nothing, which
    takes as long as another.

    Args:
        root (Path): Root of a checkout.
        folder (Path): Where to write.

    Returns:
        tuple[Path, Path]: Config and checkpoint.
    """
    import torch
    from mmaction.registry import MODELS
    from mmengine.config import Config
    from mmengine.logging import MMLogger
    from mmengine.registry import init_default_scope

    import stnet_mm  # noqa: F401  (registers the networks)

    config, checkpoint = folder / 'config.py', folder / 'network.pth'
    text = (root / OWN_DATA).read_text(encoding='utf-8')
    config.write_text(fill_in(text, dict(num_classes=10)), encoding='utf-8')
    MMLogger.get_current_instance().setLevel('ERROR')
    init_default_scope('mmaction')
    model = MODELS.build(Config.fromfile(config).model)
    model.init_weights()
    torch.save(dict(state_dict=model.state_dict(), meta={}), checkpoint)
    return config, checkpoint
