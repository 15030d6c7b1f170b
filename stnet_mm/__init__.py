"""StNet for MMAction2: ``import stnet_mm`` registers everything."""

import warnings

from . import compat

compat.apply()

# MMAction2 can be imported only once the cures are in place.
with warnings.catch_warnings():
    # What mmcv-lite lacks, StNet does not use.
    warnings.filterwarnings('ignore', message='Fail to import')
    from . import datasets, engine, evaluation, models
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
