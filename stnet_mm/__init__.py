"""StNet for MMAction2: ``import stnet_mm`` registers everything."""

from . import compat

compat.apply()

# MMAction2 can be imported only once the cures are in place.
from . import datasets, engine, evaluation, models  # noqa: E402
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
