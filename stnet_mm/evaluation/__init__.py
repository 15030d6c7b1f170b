"""Metrics."""

from .acc_metric import StNetAccMetric
from .pair_metric import StNetPairMetric

__all__ = ['StNetAccMetric', 'StNetPairMetric']
