"""Loops of training that go on where they were."""

from __future__ import annotations

import pytest
import torch

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
