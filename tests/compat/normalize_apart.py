"""Normalizes shares of a batch; a script for two processes."""

from __future__ import annotations

import sys

import torch
import torch.distributed as dist
from mmengine.runner import runner
from torch import nn

import stnet_mm  # noqa: F401  (patches SyncBatchNorm)

SIZES = (3, 5)  # videos of each process


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv3d(2, 4, 1),
        nn.BatchNorm3d(4),
        nn.Flatten(),
        nn.BatchNorm1d(24, momentum=None),
        nn.Linear(24, 1),
    ).double()


def learn(model: nn.Module, inputs: torch.Tensor) -> dict:
    """Outputs, gradients and statistics of two passes."""
    for _ in range(2):
        outputs = model(inputs)
        (outputs * inputs[:, :1, 0, 0, 0]).sin().sum().backward()
    gradients = {name: p.grad for name, p in model.named_parameters()}
    return dict(
        outputs=outputs.detach(), gradients=gradients, **model.state_dict()
    )


def whole_batch() -> torch.Tensor:
    torch.manual_seed(2)
    return torch.rand(sum(SIZES), 2, 1, 2, 3, dtype=torch.float64) + 5


if __name__ == '__main__':
    dist.init_process_group('gloo')
    rank = dist.get_rank()
    model = runner.convert_sync_batchnorm(network(), 'torch')
    part = whole_batch().split(SIZES)[rank]
    torch.save(learn(model, part), f'{sys.argv[1]}/{rank}.pth')
