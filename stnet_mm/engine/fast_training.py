"""Everything that makes training faster, as changes of a config."""

from __future__ import annotations

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

from ..errors import StNetInputError
from ..utils.torch_version import torch_version
from .fast_inference import choose_precision
from .mixed_precision import set_16_bits
from .recognizer_type import is_stnet

# torch.optim's classes that can update all parameters in one kernel, and the
# first PyTorch in which all of them can on a device.
FUSED = ('SGD', 'Adam', 'AdamW')
FUSED_SINCE = {'cuda': (2, 3), 'cpu': (2, 4)}


def speed_up_training(cfg: Config, device_type: str) -> None:
    """Let a config train faster.

    Channels are put last in memory, and the optimizer updates everything in
    one kernel. On a GPU arithmetic is in 16 bits, as ``set_16_bits`` says.
    On a CPU with bfloat16 it is used, unless the network has depthwise
    convolutions, which are slower in it.

    A config that names its own optimizer wrapper or ``fused`` keeps it.

    Args:
        cfg (Config): Config of a ``StNetRecognizer``; changed in place.
        device_type (str): ``'cpu'``, ``'cuda'`` or another one of MMEngine's.

    Raises:
        StNetInputError: If it is a config of another recognizer.
    """
    if not is_stnet(cfg.model):
        raise StNetInputError(
            f'--fast is for StNetRecognizer, not {cfg.model.type}'
        )
    cfg.model.channels_last = True
    wrapper = cfg.optim_wrapper
    own = wrapper.get('type', 'OptimWrapper') != 'OptimWrapper'
    if not own and (
        device_type == 'cuda'
        or (device_type == 'cpu' and _gains_by_bfloat16(cfg.model.backbone))
    ):
        set_16_bits(wrapper, device_type)
    # Older ones refuse the argument.
    since = FUSED_SINCE.get(device_type)
    if since and torch_version() >= since and wrapper.optimizer.type in FUSED:
        wrapper.optimizer.setdefault('fused', True)


def _gains_by_bfloat16(backbone: dict) -> bool:
    """Whether this CPU trains a backbone faster in bfloat16."""
    if choose_precision('cpu') != torch.bfloat16:
        return False
    return not any(
        isinstance(module, nn.Conv2d)
        and 1 < module.groups == module.in_channels
        for module in MODELS.build(backbone).modules()
    )
