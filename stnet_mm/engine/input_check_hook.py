"""The hook that checks data and model before the first step."""

from __future__ import annotations

from mmaction.registry import HOOKS
from mmengine.evaluator import DumpResults
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..datasets.wrappers import inner_datasets
from ..errors import StNetInputError
from .batch_check import warn_of_other_batches
from .input_check import (
    check_run,
    check_stored_classes,
    find_head,
    is_labeled,
)
from .mirror_check import warn_of_mirrored_views
from .report_check import check_report


@HOOKS.register_module()
class StNetInputCheckHook(Hook):
    """Check classes, labels and loaders before anything runs.

    A wrong number of classes would be found in the middle of an epoch, or
    when a model is used. Where the videos to test on have no labels, they
    are predicted, and nothing is scored.
    """

    priority = 'VERY_HIGH'

    def before_run(self, runner: Runner) -> None:
        """Check what is to run.

        Args:
            runner (Runner): The runner.

        Raises:
            StNetInputError: As ``check_run``.
        """
        check_run(runner)

    def before_train(self, runner: Runner) -> None:
        """Warn if the learning rate is meant for other batches.

        Args:
            runner (Runner): The runner.
        """
        warn_of_other_batches(runner)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Check that the checkpoint numbers classes as the data do.

        Args:
            runner (Runner): The runner.
            checkpoint (dict): What was loaded.

        Raises:
            StNetInputError: If they are in another order.
        """
        check_stored_classes(runner, checkpoint)

    def before_test(self, runner: Runner) -> None:
        """Warn of mirrored views, and take metrics away that need labels.

        Args:
            runner (Runner): The runner.

        Raises:
            StNetInputError: If a report is wanted that cannot be made.
        """
        warn_of_mirrored_views(runner)
        # They say so themselves: this package may not import them.
        metrics = runner.test_evaluator.metrics
        report = [m for m in metrics if getattr(m, 'for_report', False)]
        loader = runner.test_dataloader
        if report:
            check_report(find_head(runner.model))
        if report and getattr(loader.sampler, 'shuffle', False):
            raise StNetInputError(
                'a report needs the videos in their order: set '
                'test_dataloader.sampler.shuffle=False'
            )
        bare = [
            dataset
            for dataset in inner_datasets(loader.dataset)
            if not is_labeled(dataset)
        ]
        if not bare:
            return
        name = getattr(bare[0], 'ann_file', 'the data set')
        if report:
            raise StNetInputError(
                f'{name} has no labels, so there is nothing to report: leave '
                '--report out'
            )
        runner.logger.warning(
            f'{name} has no labels, so there is nothing to score: videos are '
            'predicted only (--dump FILE.pkl keeps the predictions)'
        )
        metrics[:] = [m for m in metrics if isinstance(m, DumpResults)]
