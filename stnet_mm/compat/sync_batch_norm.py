"""BatchNorm over several processes: on CPUs, and of timm's networks."""

from __future__ import annotations

import functools
from typing import Any

import torch
import torch.distributed as dist
from mmengine.runner import runner
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

from ..errors import StNetInputError


def patch_sync_batch_norm() -> bool:
    """Let ``sync_bn='torch'`` work on CPUs, and with timm's networks.

    PyTorch's ``SyncBatchNorm`` takes tensors of accelerators only. MMEngine
    0.10.7 puts it in the place of subclasses of BatchNorm, too, and so takes
    the activations out of timm's networks, whose ``BatchNormAct2d`` holds
    them, without a word.

    Returns:
        bool: Whether the faults were present and have been patched.
    """
    convert = getattr(runner, 'convert_sync_batchnorm', None)
    if convert is None or hasattr(convert, '__wrapped__'):
        return False
    if type(convert(_WithActivation(1), 'torch')) is nn.SyncBatchNorm:
        runner.convert_sync_batchnorm = _keeping_activations(convert)
    norm: Any = nn.SyncBatchNorm
    parallel: Any = DistributedDataParallel
    forward = norm.forward

    @functools.wraps(forward)
    def forward_anywhere(self: Any, input: Tensor) -> Tensor:
        apart = dist.is_available() and dist.is_initialized()
        if not (self.training and apart and input.is_cpu):
            return forward(self, input)
        return normalize(self, input)

    norm.forward = forward_anywhere
    refuse = parallel._passing_sync_batchnorm_handle

    @functools.wraps(refuse)
    def refuse_nothing_on_cpus(self: Any, *args: Any) -> None:
        if self.device_type != 'cpu':
            refuse(self, *args)

    parallel._passing_sync_batchnorm_handle = refuse_nothing_on_cpus
    return True


def normalize(norm: nn.SyncBatchNorm, input: Tensor) -> Tensor:
    """Normalize by the statistics of all processes' batches.

    Args:
        norm (nn.SyncBatchNorm): Is training; its running statistics change.
        input (Tensor): [B, C, ...]; B may differ between processes.

    Returns:
        Tensor: As the input.
    """
    channels = input.shape[1]
    # [B, C, ...] -> [B, C, -1]
    values = input.flatten(2) if input.dim() > 2 else input.unsqueeze(2)
    # Sums of 16 bits would be inexact.
    values = values.to(torch.promote_types(values.dtype, torch.float32))
    size = values.new_tensor([values.shape[0] * values.shape[2]])
    total = _sum_over_processes(torch.cat([values.sum((0, 2)), size]))
    mean, number = total[:channels] / total[channels], total[channels].detach()
    # In a second turn: a difference of two large sums would be inexact.
    centered = values - mean[:, None]
    var = _sum_over_processes(centered.square().sum((0, 2))) / number
    _update_running(norm, mean.detach(), var.detach(), number)
    output = centered * torch.rsqrt(var + norm.eps)[:, None]
    if norm.affine:
        output = output * norm.weight[:, None] + norm.bias[:, None]
    return output.reshape(input.shape).to(input.dtype)


class _SumOverProcesses(torch.autograd.Function):
    """Each process's sum is of use to all, and so is its gradient."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        total = own.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone()
        dist.all_reduce(total)
        return total


def _sum_over_processes(own: Tensor) -> Tensor:
    return _SumOverProcesses.apply(own)


@torch.no_grad()
def _update_running(
    norm: nn.SyncBatchNorm, mean: Tensor, var: Tensor, number: Tensor
) -> None:
    count = norm.num_batches_tracked
    if norm.running_mean is None or norm.running_var is None or count is None:
        return
    count.add_(1)
    share = norm.momentum
    if share is None:  # the mean of all batches
        share = 1 / float(count)
    norm.running_mean.lerp_(mean, share)
    unbiased = var * number / (number - 1).clamp(min=1)
    norm.running_var.lerp_(unbiased, share)


class _WithActivation(nn.BatchNorm2d):
    """As timm's: tells whether MMEngine drops what a subclass adds."""

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input).relu()


def _keeping_activations(convert: Any) -> Any:
    @functools.wraps(convert)
    def convert_all(
        module: nn.Module, implementation: str = 'torch'
    ) -> nn.Module:
        special = {
            type(layer)
            for layer in module.modules()
            if isinstance(layer, _BatchNorm)
            and type(layer).forward is not _BatchNorm.forward
            and not isinstance(layer, nn.SyncBatchNorm)
        }
        if not special:
            return convert(module, implementation)
        if implementation == 'torch':
            from timm.layers import BatchNormAct2d, convert_sync_batchnorm

            if special == {BatchNormAct2d}:
                return convert_sync_batchnorm(module)
        names = ', '.join(sorted(kind.__name__ for kind in special))
        raise StNetInputError(
            f'sync_bn={implementation!r} would take away what {names} of the '
            "model does besides: use sync_bn='torch' with timm's networks, "
            'or leave sync_bn out'
        )

    return convert_all
