"""Metrics."""

from .acc_metric import StNetAccMetric

__all__ = ['StNetAccMetric']
