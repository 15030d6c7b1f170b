"""Trains the toy; a script for one process or several."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from mmengine.dist import get_rank, infer_launcher

from stnet_mm.utils.job_end import end_job_process
from tests.engine.toy_training import toy_runner


def train(work_dir: Path, stop_at: int | None = None, **settings) -> None:
    runner = toy_runner(work_dir, launcher=infer_launcher(), **settings)
    model = getattr(runner.model, 'module', runner.model)
    step = runner.model.train_step

    def train_step(*args, **kwargs):
        # One process is told; the others must end with it.
        if runner.iter == stop_at and get_rank() == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return step(*args, **kwargs)

    runner.model.train_step = train_step
    runner.model.val_step = lambda data: [None]
    try:
        runner.train()
    finally:
        result = dict(
            seen=model.seen,
            weights=model.fc.weight.tolist(),
            mean=model.mean.item(),
        )
        path = work_dir / f'rank_{get_rank()}.json'
        path.write_text(json.dumps(result))


if __name__ == '__main__':
    train(Path(sys.argv[1]), **json.loads(sys.argv[2]))
    end_job_process()
