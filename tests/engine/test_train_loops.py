"""Loops of training that go on where they were."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
import warnings
from types import SimpleNamespace

import pytest
import torch
from mmengine.hooks import CheckpointHook, EMAHook

from stnet_mm.engine import progress_saver
from stnet_mm.engine.progress_saver import read_interval
from stnet_mm.engine.resume_check import EPOCH
from stnet_mm.errors import StNetInputError

from .toy_training import toy_runner

KINDS = {
    'epochs': dict(by_epoch=True, max_iters=15),
    'iterations': dict(by_epoch=False),
    'endless': dict(by_epoch=False, endless=True),
}


def weights(runner) -> list[torch.Tensor]:
    return [p.detach().clone() for p in runner.model.parameters()]


def cut(runner, at: int) -> None:
    """Stop a training as a kill would."""
    step = runner.model.train_step

    def train_step(*args, **kwargs):
        if runner.iter == at:
            raise KeyboardInterrupt
        return step(*args, **kwargs)

    runner.model.train_step = train_step
    with pytest.raises(KeyboardInterrupt):
        runner.train()


@pytest.mark.parametrize('seed', [3, None])
@pytest.mark.parametrize('kind', KINDS)
def test_resumed_in_the_middle(tmp_path, kind, seed):
    settings = dict(**KINDS[kind], seed=seed)
    whole = toy_runner(tmp_path / 'whole', **settings)
    settings['seed'] = whole.seed
    whole.train()
    first = toy_runner(tmp_path / 'parts', **settings)
    cut(first, 9)
    rest = toy_runner(
        tmp_path / 'parts',
        resume=True,
        num_workers=2,
        **dict(settings, seed=seed),
    )
    rest.train()
    assert first.model.seen[:7] + rest.model.seen == whole.model.seen
    assert len(whole.model.seen) == KINDS[kind].get('max_iters', 14)
    for ours, theirs in zip(weights(rest), weights(whole)):
        assert torch.equal(ours, theirs)
    losses = [
        runner.message_hub.get_scalar('train/loss').data[0]
        for runner in (rest, whole)
    ]
    assert (losses[0] == losses[1]).all()


def samples(runner) -> list[int]:
    return [index for batch in runner.model.seen for index in batch]


@pytest.mark.parametrize(
    ('save_at', 'batch_size', 'done'),
    [(7, 1, 14), (7, 5, 10), (7, 4, 14), (5, 1, 10), (5, 5, 10), (5, 4, 10)],
)
@pytest.mark.parametrize('by_epoch', [True, False])
def test_resumed_with_other_batches(
    tmp_path, by_epoch, save_at, batch_size, done
):
    """No sample is left out, and none comes twice but for a batch's rest."""
    settings = dict(by_epoch=by_epoch, max_iters=15)
    whole = toy_runner(tmp_path / 'whole', **settings)
    whole.train()
    settings.update(save_at=save_at)
    cut(toy_runner(tmp_path / 'parts', **settings), save_at + 1)
    settings.update(batch_size=batch_size, resume=True, save_at=100)
    rest = toy_runner(tmp_path / 'parts', **settings)
    rest.train()
    found, expected = samples(rest), samples(whole)[done:]
    if not by_epoch:  # as many steps are more samples, or fewer
        count = min(len(found), len(expected))
        assert count >= 8
        found, expected = found[:count], expected[:count]
    assert found == expected


@pytest.mark.parametrize('known', [True, False])
@pytest.mark.parametrize('batch_size', [1, 2, 5])
def test_resumed_from_an_epoch(tmp_path, known, batch_size):
    settings = dict(by_epoch=True, max_iters=15, save_at=5)
    first = toy_runner(tmp_path, **settings)
    first.train()
    # As MMEngine saves at the end of an epoch, in its own loop as well.
    checkpoint = torch.load(tmp_path / 'iter_5.pth', weights_only=False)
    checkpoint['meta']['epoch'] = 1
    if not known:
        del checkpoint['message_hub']['runtime_info'][EPOCH]
    torch.save(checkpoint, tmp_path / 'epoch_1.pth')
    rest = toy_runner(tmp_path, **dict(settings, batch_size=batch_size))
    rest._load_from, rest._resume = str(tmp_path / 'epoch_1.pth'), True
    rest.train()
    assert samples(rest) == samples(first)[10:]


@pytest.mark.parametrize('kind', KINDS)
def test_signals(tmp_path, kind):
    whole = toy_runner(tmp_path / 'whole', **KINDS[kind])
    whole.train()
    seen = []
    for at, number, status in (
        (3, signal.SIGTERM, 143),
        (8, signal.SIGUSR1, 0),
        (11, signal.SIGINT, 130),
    ):
        part = toy_runner(tmp_path / 'parts', **KINDS[kind], resume=True)
        send(part, at, number)
        with pytest.raises(SystemExit) as caught:
            part.train()
        assert caught.value.code == status
        seen += part.model.seen
        assert len(seen) == at + 1  # the step is finished
    rest = toy_runner(tmp_path / 'parts', **KINDS[kind], resume=True)
    rest.train()
    assert seen + rest.model.seen == whole.model.seen
    assert all(map(torch.equal, weights(rest), weights(whole)))
    assert not (tmp_path / 'parts' / 'resume').exists()


def send(runner, at: int, number: int) -> None:
    """Send a signal in the middle of a step."""
    step = runner.model.train_step

    def train_step(*args, **kwargs):
        if runner.iter == at:
            os.kill(os.getpid(), number)
        return step(*args, **kwargs)

    runner.model.train_step = train_step


def test_saving_now_and_then(tmp_path):
    runner = toy_runner(
        tmp_path, by_epoch=True, save_at=100, save_every=2, max_iters=10
    )
    cut(runner, 9)
    names = sorted(path.name for path in (tmp_path / 'resume').iterdir())
    assert names == ['iter_6.pth', 'iter_8.pth']
    checkpoint = torch.load(tmp_path / 'resume' / 'iter_8.pth')
    assert checkpoint['meta']['iter'] == 8
    assert checkpoint['meta']['epoch'] == 1


def test_saving_without_a_checkpoint_hook(tmp_path):
    runner = toy_runner(tmp_path, by_epoch=False, save_every=4, max_iters=12)
    runner._hooks = [
        hook for hook in runner._hooks if not isinstance(hook, CheckpointHook)
    ]
    saved = []
    save = runner.save_checkpoint
    runner.save_checkpoint = lambda *args, **kwargs: (
        saved.append(args[1]),
        save(*args, **kwargs),
    )
    cut(runner, 10)
    assert saved == ['iter_4.pth', 'iter_8.pth']


def test_minutes(monkeypatch, tmp_path):
    clock = iter(range(0, 10_000, 25))
    monkeypatch.setattr(
        progress_saver, 'time', SimpleNamespace(monotonic=lambda: next(clock))
    )
    runner = toy_runner(
        tmp_path, by_epoch=False, save_at=100, save_every='1m', max_iters=10
    )
    cut(runner, 9)
    # The clock is looked at once a step, and once more by each checkpoint.
    names = sorted(path.name for path in (tmp_path / 'resume').iterdir())
    assert names == ['iter_6.pth', 'iter_9.pth']


@pytest.mark.parametrize('by_epoch', [True, False])
@pytest.mark.parametrize(
    ('save_every', 'dead'), [(100, False), (None, False), (None, True)]
)
def test_validation_is_done_once(tmp_path, by_epoch, save_every, dead):
    def runner(**more):
        runner = toy_runner(
            tmp_path,
            by_epoch=by_epoch,
            endless=not by_epoch,
            save_at=5 if save_every else 100,
            save_every=save_every,
            max_iters=15,
            validate=True,
            **more,
        )
        runner.val_loop.run = lambda: validated.append(runner.iter)
        return runner

    validated: list[int] = []
    first = runner()
    del first.val_loop.run

    def val_step(data):
        os.kill(os.getpid(), signal.SIGTERM)
        batches.append(data)
        if dead:  # a worker that got the signal, too
            raise RuntimeError('DataLoader worker (pid 1) is killed')
        return [None]

    batches: list[dict] = []
    first.model.val_step = val_step
    with pytest.raises(SystemExit) as caught:
        first.train()
    assert caught.value.code == 143
    assert len(first.model.seen) == 5
    assert len(batches) == 1  # of two
    runner(resume=True).train()
    assert validated == [5, 10, 15]
    # Of the last one there is no checkpoint that says so.
    if save_every:
        runner(resume=True).train()
        assert validated == [5, 10, 15, 15]


def interrupt_validation(runner) -> None:
    def val_step(data):
        os.kill(os.getpid(), signal.SIGTERM)
        return [None]

    runner.model.val_step = val_step
    with pytest.raises(SystemExit):
        runner.train()


def test_no_checkpoint_of_a_validation_amid_an_update(tmp_path):
    """Five steps are two updates and a half."""
    settings = dict(by_epoch=True, accumulate=2, save_every=2, max_iters=15)
    whole = toy_runner(tmp_path / 'whole', **settings)
    whole.train()
    settings.update(save_at=100, validate=True)
    interrupt_validation(toy_runner(tmp_path / 'parts', **settings))
    rest = toy_runner(tmp_path / 'parts', **settings, resume=True)
    rest.model.val_step = lambda data: [None]
    rest.train()
    assert rest.model.seen == whole.model.seen[4:]
    assert all(map(torch.equal, weights(rest), weights(whole)))


@pytest.mark.parametrize('kind', KINDS)
def test_a_loader_that_is_built(tmp_path, kind):
    """As MMAction2's vis_scheduler.py gives it."""
    settings = dict(**KINDS[kind], built=True)
    whole = toy_runner(tmp_path / 'whole', **settings)
    whole.train()
    first = toy_runner(tmp_path / 'parts', **settings)
    cut(first, 9)
    rest = toy_runner(tmp_path / 'parts', **settings, resume=True)
    rest.train()
    assert first.model.seen[:7] + rest.model.seen == whole.model.seen


def test_no_warning_of_a_step_that_only_accumulates(tmp_path):
    settings = dict(by_epoch=False, accumulate=2, save_at=100)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        toy_runner(tmp_path, **settings).train()
    assert not [w for w in caught if 'scheduler.step' in str(w.message)]


def test_averages_of_weights_stay_apart(tmp_path):
    """Validated are those of EMAHook, in the place of the trained ones."""
    settings = dict(by_epoch=True, save_at=100, validate=True, max_iters=15)
    runner = toy_runner(tmp_path, **settings)
    runner.register_hook(EMAHook(momentum=0.3))
    trained: list[torch.Tensor] = []
    step = runner.model.train_step

    def train_step(*args, **kwargs):
        losses = step(*args, **kwargs)
        trained[:] = weights(runner)
        return losses

    runner.model.train_step = train_step
    interrupt_validation(runner)
    (path,) = (tmp_path / 'resume').iterdir()
    saved = torch.load(path, weights_only=False)
    # EMAHook has them change places in its files.
    assert torch.equal(saved['ema_state_dict']['module.fc.weight'], trained[0])
    assert not torch.equal(saved['state_dict']['fc.weight'], trained[0])


def test_workers_that_wait_for_the_next_validation(tmp_path):
    """A batch system signals all processes, whatever they are there for."""
    runner = toy_runner(
        tmp_path, by_epoch=False, max_iters=12, validate=True, val_workers=1
    )
    workers = []

    def signal_all(*args):
        if runner.iter == 7 and not workers:
            workers.extend(multiprocessing.active_children())
            pids = [str(worker.pid) for worker in workers]
            # By another process: PyTorch's workers obey their parent.
            subprocess.run(['kill', *pids, str(os.getpid())], check=True)
            # Long enough to die of it, and to be missed.
            time.sleep(0.5)

    runner.model.val_step = lambda data: [None]
    runner.model.fc.register_forward_hook(signal_all)
    with pytest.raises(SystemExit) as caught:
        runner.train()
    assert caught.value.code == 143
    assert len(workers) == 1
    # It is told to end, and not waited for in vain.
    workers[0].join(20)
    assert not workers[0].is_alive()
    assert (tmp_path / 'resume' / 'iter_8.pth').is_file()


def test_intervals():
    for every, expected in (
        (None, (0, 0)),
        (500, (500, 0)),
        ('500', (500, 0)),
        ('10m', (0, 600)),
        (' 10m ', (0, 600)),
        ('0.5m', (0, 30)),
    ):
        assert read_interval(every) == expected
    for every in (0, -1, 'often', '10s', '1.5', '0m', True):
        with pytest.raises(StNetInputError, match='save_every'):
            read_interval(every)
