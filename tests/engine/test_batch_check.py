import logging

import pytest

from .toy_training import toy_runner


@pytest.mark.parametrize(
    ('scaling', 'steps', 'factor'),
    [
        (dict(base_batch_size=128), 1, 2 / 128),
        (dict(base_batch_size=1), 1, 2),
        (dict(base_batch_size=2), 1, None),
        # Steps that are put together.
        (dict(base_batch_size=16), 8, None),
        (dict(base_batch_size=16), 2, 2 / 16),
        (dict(base_batch_size=128, enable=True), 1, None),
        (None, 1, None),
    ],
)
def test_a_rate_for_other_batches(tmp_path, scaling, steps, factor, caplog):
    runner = toy_runner(
        tmp_path, by_epoch=False, max_iters=1, accumulate=steps
    )
    runner.register_hook(dict(type='mmaction.StNetInputCheckHook'))
    runner.auto_scale_lr = scaling
    runner.logger.setLevel(logging.WARNING)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    found = [r.message for r in caplog.records if 'meant for' in r.message]
    if factor is None:
        assert found == []
    else:
        assert found == [
            'the learning rate is meant for '
            f'{scaling["base_batch_size"]} videos a step, and '
            f'these steps have 2, so it may be too '
            f'{"high" if factor < 1 else "low"}: --auto-scale-lr multiplies '
            f'it by {factor:g}'
        ]
