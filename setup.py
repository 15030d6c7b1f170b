"""Build stnet_mm, with what the ``mim`` command needs inside the wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithMim(build_py):
    """Copy configs, tools and the model index to ``stnet_mm/.mim``.

    The copies go into the build folder only: in the source tree they would
    go stale, and every config would be there twice.
    """

    def run(self) -> None:
        super().run()
        # mim cannot find editable installs; they use the source tree itself.
        if self.editable_mode:
            return
        mim = Path(self.build_lib, 'stnet_mm', '.mim')
        # An earlier build may have left files that are gone by now.
        shutil.rmtree(mim, ignore_errors=True)
        for folder in ('configs', 'tools'):
            shutil.copytree(
                ROOT / folder,
                mim / folder,
                ignore=shutil.ignore_patterns('__pycache__', '*.py[co]', '.*'),
            )
        shutil.copy2(ROOT / 'model-index.yml', mim)


# The rest is in pyproject.toml.
setup(cmdclass={'build_py': BuildWithMim}, zip_safe=False)
