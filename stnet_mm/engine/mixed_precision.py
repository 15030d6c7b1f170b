"""Training in mixed precision, on a GPU or on a CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmaction.registry import OPTIM_WRAPPERS
from mmengine.config import Config, ConfigDict
from mmengine.optim import OptimWrapper
from torch import nn

from ..errors import StNetInputError
from .fast_inference import choose_precision


@OPTIM_WRAPPERS.register_module()
class StNetCPUAmpOptimWrapper(OptimWrapper):
    """Optimizer wrapper that trains in bfloat16 on a CPU.

    MMEngine's ``AmpOptimWrapper`` refuses a CPU. Weights, their gradients
    and losses stay in float32. Losses are not scaled, because bfloat16 has
    the range of float32.

    Args:
        **kwargs: Those of MMEngine's ``OptimWrapper``.
    """

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Compute in bfloat16 what PyTorch considers safe in it.

        Args:
            model (nn.Module): The model that is trained.
        """
        autocast = torch.autocast('cpu', torch.bfloat16)
        with super().optim_context(model), autocast:
            yield


def set_16_bits(wrapper: ConfigDict, device_type: str) -> None:
    """Let an optimizer wrapper train in the 16 bits of a device.

    These are bfloat16 where the device has it, else float16, whose losses
    are scaled. A config's own ``dtype`` and ``loss_scale`` stay.

    Args:
        wrapper (ConfigDict): Config of the wrapper; changed in place.
        device_type (str): ``'cpu'``, ``'cuda'`` or another one of MMEngine's,
            of which MMEngine chooses the type.
    """
    if device_type == 'cpu':
        wrapper.type = 'StNetCPUAmpOptimWrapper'
        return
    wrapper.type = 'AmpOptimWrapper'
    if device_type == 'cuda':
        dtype = str(choose_precision(device_type)).replace('torch.', '')
        wrapper.setdefault('dtype', dtype)
    if wrapper.get('dtype') != 'bfloat16':
        wrapper.setdefault('loss_scale', 'dynamic')


def use_mixed_precision(cfg: Config, device_type: str) -> None:
    """Let a config train in mixed precision, as ``set_16_bits`` says.

    Args:
        cfg (Config): Config of any recognizer; ``optim_wrapper`` changes.
        device_type (str): ``'cpu'``, ``'cuda'`` or another one of MMEngine's.

    Raises:
        StNetInputError: If this CPU would have to emulate 16 bits, or the
            config has an optimizer wrapper of another kind.
    """
    wrapper = cfg.optim_wrapper
    on_cpu = device_type == 'cpu'
    if on_cpu and choose_precision(device_type) == torch.float32:
        raise StNetInputError(
            '--amp: this processor does not compute in 16 bits, and there is '
            'no GPU: train without it'
        )
    kind = wrapper.get('type', 'OptimWrapper')
    amp = 'StNetCPUAmpOptimWrapper' if on_cpu else 'AmpOptimWrapper'
    if kind not in ('OptimWrapper', amp):
        raise StNetInputError(
            f'--amp on {device_type} replaces OptimWrapper by {amp}, but the '
            f'config has {kind}: change optim_wrapper, or train without --amp'
        )
    set_16_bits(wrapper, device_type)
