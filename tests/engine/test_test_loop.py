"""A test that is left and resumed gives what a whole one gives."""

from __future__ import annotations

import os
import pickle
import signal
import uuid
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.runner import Runner

from stnet_mm.engine.test_loop import FOLDER

from . import toy_training  # noqa: F401  (registers the data set)


@MODELS.register_module()
class ToyTestModel(BaseModel):
    """Scores that follow from the numbers; a signal to itself on the way."""

    def __init__(self, name: str = 'a', stop_at: int | None = None) -> None:
        super().__init__()
        self.stop_at = stop_at
        self.seen: list[int] = []

    def forward(self, index, inputs, mode='predict'):
        self.seen += [int(i) for i in index]
        if self.stop_at in self.seen:
            os.kill(os.getpid(), signal.SIGTERM)
        scores = torch.stack([*inputs])[:, :1] * torch.tensor([1.0, 0.1])
        return [
            ActionDataSample().set_pred_score(score).set_gt_label(0)
            for score in scores
        ]


def run(folder: Path, stop_at=None, **settings) -> tuple[list, list]:
    """Test; what the model saw, and the predictions."""
    options = dict(length=10, batch_size=2, num_workers=0, name='a')
    options.update(settings)
    dump = folder / 'dump.pkl'
    dump.unlink(missing_ok=True)
    cfg = dict(
        model=dict(type='mmaction.ToyTestModel', name=options['name']),
        work_dir=str(folder),
        test_dataloader=dict(
            dataset=dict(type='mmaction.ToyDataset', length=options['length']),
            sampler=dict(type='DefaultSampler', shuffle=False),
            batch_size=options['batch_size'],
            num_workers=options['num_workers'],
        ),
        test_cfg=dict(
            type='mmaction.StNetTestLoop',
            resume=options.get('resume', False),
        ),
        test_evaluator=[dict(type='DumpResults', out_file_path=str(dump))],
        env_cfg=dict(),
        default_scope='mmaction',
        experiment_name=f'toy_{uuid.uuid4().hex}',
    )
    runner = Runner.from_cfg(Config(cfg))
    runner.model.stop_at = stop_at
    if stop_at is None:
        runner.test()
        with open(dump, 'rb') as file:
            return runner.model.seen, pickle.load(file)
    with pytest.raises(SystemExit) as stopped:
        runner.test()
    assert stopped.value.code == 128 + signal.SIGTERM
    assert not dump.exists()
    return runner.model.seen, []


def scores(predictions: list) -> list[list[float]]:
    return [p['pred_score'].tolist() for p in predictions]


@pytest.mark.parametrize('num_workers', [0, 2])
def test_resumed(tmp_path, num_workers):
    settings = dict(length=9, num_workers=num_workers)
    seen, whole = run(tmp_path / 'whole', **settings)
    assert seen == [*range(9)]
    assert not (tmp_path / 'whole' / FOLDER).exists()

    seen, _ = run(tmp_path, stop_at=3, **settings)
    assert seen == [0, 1, 2, 3]
    seen, _ = run(tmp_path, stop_at=4, resume=True, **settings)
    assert seen == [4, 5]
    # Where the store has 6 of 9, batches of 4 have to begin with 4.
    seen, rest = run(tmp_path, resume=True, **{**settings, 'batch_size': 4})
    assert seen == [4, 5, 6, 7, 8]
    assert scores(rest) == scores(whole)
    assert [p.keys() for p in rest] == [p.keys() for p in whole]
    assert not (tmp_path / FOLDER).exists()


def test_of_something_else(tmp_path):
    run(tmp_path, stop_at=3)
    for other in (dict(length=11), dict(name='b')):
        seen, predictions = run(tmp_path, resume=True, **other)
        assert seen == [*range(other.get('length', 10))]
        assert len(predictions) == len(seen)
    # What was interrupted is still there.
    assert run(tmp_path, resume=True)[0] == [*range(4, 10)]


def test_anew(tmp_path, capsys):
    run(tmp_path, stop_at=3)
    seen, predictions = run(tmp_path)
    assert seen == [*range(10)]
    assert len(predictions) == 10
    assert 'holds 4 results of this run' in capsys.readouterr().out
    assert run(tmp_path, resume=True)[0] == [*range(10)]
    assert 'holds nothing of this run' in capsys.readouterr().out


def test_damaged(tmp_path):
    run(tmp_path, stop_at=3)
    (part,) = (tmp_path / FOLDER).glob('*/*.pth')
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(Exception, match='damaged: remove it'):
        run(tmp_path, resume=True)
    part.unlink()
    assert run(tmp_path, resume=True)[0] == [*range(10)]
