"""Everything that makes training faster, as changes of a config."""

from __future__ import annotations

import torch
from mmengine.config import Config

from ..errors import StNetInputError
from .fast_inference import choose_precision

# torch.optim's classes that can update all parameters in one kernel.
FUSED = ('SGD', 'Adam', 'AdamW')


def speed_up_training(cfg: Config, device_type: str) -> None:
    """Let a config train faster: channels last; on a GPU, AMP and more.

    On a GPU arithmetic is in bfloat16 if it has that, else in float16 with a
    dynamic loss scale, and the optimizer updates everything in one kernel. A
    config that names its own optimizer wrapper or ``fused`` keeps it.

    Args:
        cfg (Config): Config of a ``StNetRecognizer``; changed in place.
        device_type (str): ``'cpu'`` or ``'cuda'``.

    Raises:
        StNetInputError: If it is a config of another recognizer.
    """
    if cfg.model.type != 'StNetRecognizer':
        raise StNetInputError(
            f'--fast is for StNetRecognizer, not {cfg.model.type}'
        )
    cfg.model.channels_last = True
    if device_type != 'cuda':
        return
    wrapper = cfg.optim_wrapper
    if wrapper.get('type', 'OptimWrapper') == 'OptimWrapper':
        dtype = choose_precision(device_type)
        wrapper.type = 'AmpOptimWrapper'
        wrapper.dtype = str(dtype).replace('torch.', '')
        if dtype == torch.float16:
            wrapper.loss_scale = 'dynamic'
    # PyTorch 2.3 brought SGD's; older ones refuse the argument.
    version = [int(x) for x in torch.__version__.split('.')[:2]]
    if version >= [2, 3] and wrapper.optimizer.type in FUSED:
        wrapper.optimizer.setdefault('fused', True)
