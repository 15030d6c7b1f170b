"""Metrics, and reports of tests."""

from .acc_metric import StNetAccMetric
from .dump_results import StNetDumpResults
from .multi_label_report import MultiLabelReport
from .pair_metric import StNetPairMetric
from .prediction_metric import StNetPredictionMetric
from .report import Report

__all__ = [
    'MultiLabelReport',
    'Report',
    'StNetAccMetric',
    'StNetDumpResults',
    'StNetPairMetric',
    'StNetPredictionMetric',
]
