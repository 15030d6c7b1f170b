"""Probabilities that are right, and videos of no class."""

from .assessment import Assessment, assess, find_unknown
from .calibrating import calibrate
from .calibration import Calibration, read_calibration, store_calibration
from .open_set import auroc, energy_thresholds
from .temperature import fit_temperature, scale_classifier

__all__ = [
    'Assessment',
    'Calibration',
    'assess',
    'auroc',
    'calibrate',
    'energy_thresholds',
    'find_unknown',
    'fit_temperature',
    'read_calibration',
    'scale_classifier',
    'store_calibration',
]
