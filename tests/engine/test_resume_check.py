"""What a checkpoint says about a training, before it goes on."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.logging import HistoryBuffer
from mmengine.optim import LinearLR, OptimWrapper

from stnet_mm.engine.resume_check import check_resumable
from stnet_mm.errors import StNetInputError


@pytest.fixture
def runner(tmp_path):
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return SimpleNamespace(
        work_dir=str(tmp_path / 'work'),
        optim_wrapper=OptimWrapper(optimizer),
        param_schedulers=[LinearLR(optimizer, start_factor=0.5, end=9)],
    )


@pytest.fixture
def checkpoint(runner):
    return dict(
        meta=dict(epoch=1, iter=4, seed=3),
        message_hub=dict(
            log_scalars={'train/loss': HistoryBuffer([1.0, 2.0], [1, 1])},
            runtime_info=dict(iter=4, keep_ckpt_ids=[2, 4], best_score=0.5),
            resumed_keys={},
        ),
        optimizer=runner.optim_wrapper.state_dict(),
        param_schedulers=[s.state_dict() for s in runner.param_schedulers],
    )


def test_what_a_runner_saves_is_resumable(runner, checkpoint):
    before = copy.deepcopy(checkpoint)
    check_resumable(runner, checkpoint, 'a.pth')
    assert checkpoint['meta'] == before['meta']
    buffer = checkpoint['message_hub']['log_scalars']['train/loss']
    assert buffer.mean() == 1.5
    info = checkpoint['message_hub']['runtime_info']
    assert info == before['message_hub']['runtime_info']
    # An optimizer without momentum has nothing to keep.
    weights = runner.optim_wrapper.optimizer.param_groups[0]['params']
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    sgd = torch.optim.SGD(weights, lr=0.1)
    sgd.step()
    runner.optim_wrapper = OptimWrapper(sgd)
    checkpoint['optimizer'] = sgd.state_dict()
    check_resumable(runner, checkpoint, 'a.pth')


def test_settings_that_came_later_may_be_missing(runner, checkpoint):
    """As in a checkpoint of an older PyTorch, which has no such setting."""
    (group,) = checkpoint['optimizer']['param_groups']
    kept = {'params', 'lr', 'betas', 'eps', 'weight_decay', 'amsgrad'}
    assert {*group} - kept
    for key in {*group} - kept:
        del group[key]
    check_resumable(runner, checkpoint, 'a.pth')
    runner.optim_wrapper.load_state_dict(checkpoint['optimizer'])
    runner.optim_wrapper.step()


GONE = object()


@pytest.mark.parametrize(
    ('place', 'value'),
    [
        ('meta', GONE),
        ('meta.epoch', '1'),
        ('meta.iter', -1),
        ('meta.iter', True),
        ('meta.seed', [3]),
        ('message_hub', [1]),
        ('message_hub.log_scalars', GONE),
        ('message_hub.log_scalars.train/loss', [1.0]),
        ('message_hub.runtime_info.keep_ckpt_ids', ['../x']),
        ('message_hub.runtime_info.iter', 2.5),
        ('message_hub.runtime_info.best_score', 'x'),
        ('message_hub.runtime_info.stnet_epoch', 3),
        ('message_hub.runtime_info.stnet_epoch', (1, 5)),
        ('message_hub.runtime_info.stnet_epoch', (1, 5, 0)),
        ('message_hub.runtime_info.stnet_epoch', (1, -5, 5)),
        ('optimizer', GONE),
        ('optimizer.state', {}),
        ('optimizer.state.0', 7),
        ('optimizer.state.0', {}),
        ('optimizer.state.0', {1: 2}),
        ('optimizer.state.0.step', GONE),
        ('optimizer.state.0.exp_avg', torch.zeros(3, 2)),
        ('optimizer.state.0.exp_avg', None),
        ('optimizer.state.0.step', torch.zeros(2)),
        ('optimizer.state.0.step', 'x'),
        ('optimizer.state.9', {}),
        ('optimizer.param_groups', []),
        ('optimizer.param_groups.0', 'x'),
        ('optimizer.param_groups.0.params', [0]),
        ('optimizer.param_groups.0.lr', GONE),
        ('optimizer.param_groups.0.betas', GONE),
        ('optimizer.param_groups.0.lr', torch.zeros(2, 3)),
        ('optimizer.param_groups.0.betas', (0.9,)),
        ('param_schedulers', GONE),
        ('param_schedulers', []),
        ('param_schedulers.0', None),
        ('param_schedulers.0.last_step', 'x'),
    ],
)
def test_all_else_is_refused(runner, checkpoint, place, value):
    changed = copy.deepcopy(checkpoint)
    *way, last = (int(k) if k.isdigit() else k for k in place.split('.'))
    target = changed
    for key in way:
        target = target[key]
    if value is GONE:
        del target[last]
    else:
        target[last] = value
    with pytest.raises(StNetInputError, match=r'^a\.pth cannot be resumed'):
        check_resumable(runner, changed, 'a.pth')


@pytest.mark.parametrize(
    'odd',
    [
        dict(_log_history=np.array(['x'])),
        dict(_log_history=np.zeros(9)),
        dict(_count_history=[1, 1]),
        dict(max_length=None),
    ],
)
def test_odd_histories(runner, checkpoint, odd):
    buffer = checkpoint['message_hub']['log_scalars']['train/loss']
    buffer.__dict__.update(odd)
    with pytest.raises(StNetInputError, match='is no history'):
        check_resumable(runner, checkpoint, 'a.pth')


def test_histories_bring_no_methods(runner, checkpoint):
    scalars = checkpoint['message_hub']['log_scalars']
    scalars['train/loss']._statistics_methods = dict(mean=print)
    check_resumable(runner, checkpoint, 'a.pth')
    assert scalars['train/loss'].statistics('mean') == 1.5


def test_files_elsewhere_are_not_removed_for_a_better_one(
    runner, checkpoint, tmp_path
):
    hub = checkpoint['message_hub']
    inside = str(tmp_path / 'work' / 'best_acc_iter_2.pth')
    hub['runtime_info'].update(
        best_ckpt=str(tmp_path), best_ckpt_loss=inside, best_ckpt_x=7
    )
    check_resumable(runner, checkpoint, 'a.pth')
    found = {k: v for k, v in hub['runtime_info'].items() if 'ckpt' in k}
    assert found == dict(keep_ckpt_ids=[2, 4], best_ckpt_loss=inside)
    for path in (f'{inside}/../../x', str(tmp_path / 'work')):
        hub['runtime_info']['best_ckpt'] = path
        check_resumable(runner, checkpoint, 'a.pth')
        assert 'best_ckpt' not in hub['runtime_info']
