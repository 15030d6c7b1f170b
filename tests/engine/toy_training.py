"""A training of a moment, whose samples and model draw random numbers."""

from __future__ import annotations

import copy
import random
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

import stnet_mm  # noqa: F401  (registers the loops)


@DATASETS.register_module()
class ToyDataset(Dataset):
    """Numbers, each with some of every generator; some infinite."""

    def __init__(self, length: int, bad: Sequence[int] = ()) -> None:
        self.length, self.bad = length, bad
        # As MMAction2's ColorJitter does.
        self.drawn = random.random()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> dict:
        noise = [random.random(), np.random.rand(), torch.rand(()).item()]
        noise[0] += self.drawn
        number = float('inf') if index in self.bad else float(index)
        return dict(index=index, inputs=torch.tensor([number, *noise]))


@MODELS.register_module()
class ToyModel(BaseModel):
    """A linear layer with dropout, which keeps what it is given."""

    def __init__(self, noisy: bool) -> None:
        super().__init__()
        self.noisy = noisy
        self.fc = nn.Linear(4, 1)
        # Changes in a forward pass, as the statistics of BatchNorm do.
        self.register_buffer('mean', torch.zeros(()))
        self.start = (copy.deepcopy(self.fc),)  # no part of the model
        self.seen: list[list[int]] = []
        self.inputs: list[torch.Tensor] = []

    def forward(self, index, inputs, mode='loss'):
        batch = torch.stack([*inputs])
        if mode == 'predict':
            return []
        self.seen.append([int(i) for i in index])
        self.inputs.append(batch)
        self.mean += batch.mean()
        hidden = self.fc(batch / 10)
        if self.noisy:
            hidden = nn.functional.dropout(hidden, 0.3) + np.random.rand()
        return dict(loss=((hidden - 1) ** 2).mean())


def toy_runner(
    work_dir: Path,
    by_epoch: bool,
    endless: bool = False,
    length: int = 10,
    num_workers: int = 0,
    max_iters: int = 14,
    save_at: int = 7,
    seed: int | None = 3,
    resume: bool = False,
    save_every: int | str | None = None,
    validate: bool = False,
    val_workers: int = 0,
    val_length: int = 2,
    round_up: bool = True,
    batch_size: int = 2,
    noisy: bool = True,
    launcher: str = 'none',
    bad: Sequence[int] = (),
    on_nan: str = 'stop',
    accumulate: int = 1,
    built: bool = False,
) -> Runner:
    """A runner that saves once in the middle; its loader may be built."""
    kind = 'Epoch' if by_epoch else 'Iter'
    lengths = dict(max_iters=max_iters, val_interval=5)
    if by_epoch:
        lengths = dict(max_epochs=max_iters * 2 // length)
    validation = {}
    if validate:
        validation = dict(
            val_dataloader=dict(
                dataset=dict(type='mmaction.ToyDataset', length=val_length),
                sampler=dict(
                    type='DefaultSampler', shuffle=False, round_up=round_up
                ),
                num_workers=val_workers,
                persistent_workers=val_workers > 0,
            ),
            val_cfg=dict(),
            val_evaluator=[],
        )
    sampler = 'InfiniteSampler' if endless else 'DefaultSampler'
    loader = dict(
        dataset=dict(type='mmaction.ToyDataset', length=length, bad=bad),
        sampler=dict(type=sampler, shuffle=True),
        batch_size=batch_size,
        num_workers=num_workers,
    )
    return Runner(
        model=dict(type='mmaction.ToyModel', noisy=noisy),
        work_dir=str(work_dir),
        train_dataloader=Runner.build_dataloader(loader, seed=seed)
        if built
        else loader,
        train_cfg=dict(
            type=f'mmaction.StNet{kind}BasedTrainLoop',
            save_every=save_every,
            on_nan=on_nan,
            **lengths,
        ),
        optim_wrapper=dict(
            optimizer=dict(type='SGD', lr=0.1, momentum=0.9),
            accumulative_counts=accumulate,
        ),
        param_scheduler=dict(
            type='CosineAnnealingLR', T_max=max_iters, by_epoch=False
        ),
        default_hooks=dict(
            checkpoint=dict(
                type='mmaction.StNetCheckpointHook',
                by_epoch=False,
                interval=save_at,
                save_last=False,
            )
        ),
        randomness=dict(seed=seed),
        resume=resume,
        launcher=launcher,
        default_scope='mmaction',
        experiment_name=f'toy_{work_dir.name}_{uuid.uuid4().hex}',
        log_level='ERROR',
        **validation,
    )
