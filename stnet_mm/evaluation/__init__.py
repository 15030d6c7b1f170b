"""Metrics, and reports of tests."""

from .acc_metric import StNetAccMetric
from .pair_metric import StNetPairMetric
from .prediction_metric import StNetPredictionMetric
from .report import Report

__all__ = [
    'Report',
    'StNetAccMetric',
    'StNetPairMetric',
    'StNetPredictionMetric',
]
