"""A warning where a learning rate belongs to other batches."""

from __future__ import annotations

from mmengine.runner import Runner


def warn_of_other_batches(runner: Runner) -> None:
    """Warn if the rate of a config is that of more or fewer videos a step.

    A recipe says in ``auto_scale_lr`` what its rate is meant for. On another
    number of GPUs, or with other batches, training may diverge without any
    error.

    Args:
        runner (Runner): It is about to train.
    """
    scaling = runner.auto_scale_lr or {}
    batch_size = getattr(runner.train_dataloader, 'batch_size', None)
    if not scaling.get('base_batch_size') or scaling.get('enable'):
        return
    if not batch_size:  # a batch sampler chooses
        return
    meant = scaling['base_batch_size']
    videos = runner.world_size * batch_size
    # Who accumulates gradients may count them in, or not.
    steps = getattr(runner.optim_wrapper, '_accumulative_counts', 1)
    if meant in (videos, videos * steps):
        return
    runner.logger.warning(
        'the learning rate is meant for %d videos a step, and these steps '
        'have %d, so it may be too %s: --auto-scale-lr multiplies it by %g',
        *(meant, videos, 'high' if videos < meant else 'low'),
        videos / meant,
    )
