"""The report on a test that MMEngine's Runner has done."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from mmengine.runner import Runner
from torch import nn

from ..apis import VideoClassifier
from ..engine.input_check import find_head
from ..evaluation import MultiLabelReport, Report, StNetPredictionMetric
from ..explain import VideoExplainer
from ..models.scores import gives_probabilities
from ..models.segment_head import SegmentHead
from .multi_label_page import write_multi_label_report
from .report_page import make_report


def tested(runner: Runner) -> Report | MultiLabelReport:
    """The predictions of a runner's test.

    Args:
        runner (Runner): It has tested, and a ``StNetPredictionMetric`` is
            among its metrics.

    Returns:
        Report | MultiLabelReport: The predictions.
    """
    # The config may have named one, too; they hold the same.
    metric = next(
        metric
        for metric in runner.test_evaluator.metrics
        if isinstance(metric, StNetPredictionMetric)
    )
    data = runner.test_dataloader.dataset
    infos = map(data.get_data_info, range(len(metric.labels)))
    classes, count = data.metainfo.get('classes'), metric.scores.shape[1]
    if not isinstance(classes, (list, tuple)) or len(classes) != count:
        classes = [f'class {i}' for i in range(count)]
    files = [info.get('filename') or info['frame_dir'] for info in infos]
    head = cast(nn.Module, find_head(runner.model))  # as check_report checks
    if metric.labels.ndim == 1:
        probable = gives_probabilities(head)
        return Report(metric.scores, metric.labels, files, classes, probable)
    scores = metric.scores
    if not isinstance(head, SegmentHead):
        # MMAction2's own heads give logits, as check_report checks.
        scores = torch.from_numpy(scores).sigmoid().numpy()
    return MultiLabelReport(scores, metric.labels, files, classes)


def report_test(
    runner: Runner,
    checkpoint: str,
    folder: Path,
    mistakes: int,
    title: str,
) -> Report | MultiLabelReport:
    """Write the page of a test, with maps of the most confident mistakes.

    With several labels a video there are no maps.

    Args:
        runner (Runner): As in ``tested``.
        checkpoint (str): The checkpoint that was tested.
        folder (Path): Where to.
        mistakes (int): How many mistakes to explain.
        title (str): What to call the recognizer.

    Returns:
        Report | MultiLabelReport: What is on the page.

    Raises:
        OSError: If it cannot be written.
    """
    report = tested(runner)
    if isinstance(report, MultiLabelReport):
        write_multi_label_report(folder, report, title)
        return report

    def build_explainer() -> VideoExplainer:
        classify = VideoClassifier(
            runner.cfg, checkpoint, classes=report.classes
        )
        return VideoExplainer(classify)

    make_report(
        folder, report, mistakes, build_explainer, title, progress=True
    )
    return report
