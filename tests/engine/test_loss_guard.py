"""Losses and gradients that are infinite or not a number."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import torch

from stnet_mm.engine import loss_guard
from stnet_mm.errors import StNetInputError

from .toy_training import toy_runner


def break_backward(runner, value=float('nan')):
    """Let the gradient of every batch with the sample 6 be this."""
    model = runner.model

    def replace(gradient):
        return gradient * 0 + value if 6 in model.seen[-1] else gradient

    model.fc.weight.register_hook(replace)


@pytest.mark.parametrize(
    ('of', 'num_workers'), [('loss', 0), ('loss', 2), ('gradients', 0)]
)
def test_stop(tmp_path, of, num_workers):
    bad = [6] if of == 'loss' else []
    runner = toy_runner(
        tmp_path, by_epoch=True, bad=bad, num_workers=num_workers
    )
    if not bad:
        break_backward(runner)
    with pytest.raises(StNetInputError, match=f'{of} of step') as raised:
        runner.train()
    text = str(raised.value)
    assert 'is inf' in text or 'is nan' in text
    (batch,) = (seen for seen in runner.model.seen if 6 in seen)
    assert f'its batch: sample {batch[0]}, sample {batch[1]};' in text
    step = len(runner.model.seen)
    assert f'step {step} ' in text
    # What it says is there, and is what came of the steps before.
    path = re.search(r'is in (\S+iter_\d+\.pth)\.', text)[1]
    saved = torch.load(path)
    assert saved['meta']['iter'] == step - 1
    clean = toy_runner(tmp_path / 'clean', by_epoch=True)
    watch(clean, step - 1)
    clean.train()
    for name, value in saved['state_dict'].items():
        assert torch.equal(value, clean.before[name]), name


def test_the_state_before_is_not_of_another_training(tmp_path):
    toy_runner(tmp_path, by_epoch=True).train()
    runner = toy_runner(tmp_path, by_epoch=True, bad=range(10))
    with pytest.raises(StNetInputError, match=r'is in \S+iter_0\.pth'):
        runner.train()


def watch(runner, at: int) -> None:
    """Keep the state before a step."""
    step = runner.model.train_step

    def train_step(*args, **kwargs):
        if runner.iter == at:
            state = runner.model.state_dict()
            runner.before = {k: v.clone() for k, v in state.items()}
        return step(*args, **kwargs)

    runner.model.train_step = train_step


@pytest.mark.parametrize('accumulate', [1, 2, 7])
def test_skip(tmp_path, accumulate):
    settings = dict(
        by_epoch=True, max_iters=15, accumulate=accumulate, noisy=False
    )
    bad = dict(bad=[6], on_nan='skip')
    runner = toy_runner(tmp_path / 'whole', **settings, **bad)
    runner.train()
    assert len(runner.model.seen) == 15
    assert all(v.isfinite().all() for v in runner.model.state_dict().values())
    # Once an epoch of five steps.
    assert runner.message_hub.get_info('stnet_skipped') == 3
    # As if such a batch had no gradient.
    (rates, _) = runner.message_hub.get_scalar('train/lr').data
    expected = replay(
        *runner.model.start, runner.model.inputs, rates, settings
    )
    for ours, theirs in zip(runner.model.fc.parameters(), expected):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize('value', [float('nan'), float('inf')])
@pytest.mark.parametrize('clip_grad', [None, dict(max_norm=1)])
def test_skip_gradients(tmp_path, value, clip_grad):
    ended = []
    for name, bad in (('loss', [6]), ('gradients', [])):
        runner = toy_runner(
            *(tmp_path / name, True),
            **dict(max_iters=15, noisy=False, bad=bad, on_nan='skip'),
        )
        runner.optim_wrapper['clip_grad'] = clip_grad
        if not bad:
            break_backward(runner, value)
        runner.train()
        assert runner.message_hub.get_info('stnet_skipped') == 3
        ended.append(runner.model.state_dict())
    assert all(value.isfinite().all() for value in ended[0].values())
    torch.testing.assert_close(*ended, rtol=0, atol=0)


def replay(fc, inputs, rates, settings) -> list[torch.Tensor]:
    """Train a linear layer in plain PyTorch, without infinite batches."""
    optimizer = torch.optim.SGD(fc.parameters(), lr=1.0, momentum=0.9)
    total, count = len(inputs), settings['accumulate']
    for step, (batch, rate) in enumerate(zip(inputs, rates)):
        # The last updates may be of fewer steps.
        parts = count if step < total - total % count else total % count
        if batch.isfinite().all():
            loss = ((fc(batch / 10) - 1) ** 2).mean()
            (loss / parts).backward()
        due = (step + 1) % count == 0 or step + 1 == total
        if due and fc.weight.grad is not None:
            optimizer.param_groups[0]['lr'] = float(rate)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
    return [*fc.parameters()]


def test_only_skips(tmp_path, monkeypatch):
    monkeypatch.setattr(loss_guard, 'LIMIT', 4)
    runner = toy_runner(tmp_path, by_epoch=True, bad=range(10), on_nan='skip')
    with pytest.raises(StNetInputError, match='has changed for 4 updates'):
        runner.train()
    assert len(runner.model.seen) == 4


@pytest.mark.parametrize('accumulate', [1, 3])
def test_gradients_that_are_always_infinite(tmp_path, monkeypatch, accumulate):
    monkeypatch.setattr(loss_guard, 'LIMIT', 4)
    settings = dict(by_epoch=False, max_iters=60, on_nan='skip')
    runner = toy_runner(tmp_path, **settings, accumulate=accumulate)
    runner.model.fc.weight.register_hook(lambda g: g * float('inf'))
    with pytest.raises(StNetInputError, match='has changed for 4 updates'):
        runner.train()
    assert len(runner.model.seen) == 4 * accumulate


def test_a_scaler_that_only_skips(tmp_path, monkeypatch):
    monkeypatch.setattr(loss_guard, 'LIMIT', 4)
    runner = toy_runner(tmp_path, by_epoch=False)
    # It halves its scale when gradients overflow: from the third step on.
    scales = [4.0, 4.0, 4.0, 4.0, 4.0, 2.0, 2.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    runner.optim_wrapper.loss_scaler = SimpleNamespace(
        get_scale=lambda: scales.pop(0)
    )
    with pytest.raises(StNetInputError, match='train without --amp'):
        runner.train()
    assert len(runner.model.seen) == 6


def test_unknown_policy(tmp_path):
    runner = toy_runner(tmp_path, by_epoch=False, on_nan='ignore')
    with pytest.raises(StNetInputError, match='ignore'):
        runner.train()
