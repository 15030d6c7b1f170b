"""StNet for MMAction2: ``import stnet_mm`` registers everything."""

import warnings

from . import environment
from .version import __version__

# The doctor looks by itself at what stops these imports; tools do them again.
if not environment.is_command():
    environment.require_mmcv()

    from . import compat, upstream_tools

    environment.warn_untested_versions()
    compat.apply_patches('before')
    upstream_tools.name_replacement()

    # MMAction2 can be imported only once it is patched.
    with warnings.catch_warnings():
        # What mmcv-lite lacks, StNet does not use.
        warnings.filterwarnings('ignore', message='Fail to import')
        from . import datasets, engine, evaluation, models
    compat.apply_patches('after')

__all__ = ['__version__', 'datasets', 'engine', 'evaluation', 'models']
