"""Build stnet_mm, with what the ``mim`` command needs inside the wheel."""

from __future__ import annotations

import os
import re
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


def read_readme() -> str:
    """Return the README, with links that can be followed from PyPI.

    They are relative. A release names the address of the repository in the
    environment: ``make wheel REPOSITORY=https://github.com/OWNER/NAME``.
    """
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    address = os.environ.get('REPOSITORY')
    if not address:
        return text
    text = re.sub(r'(!\[[^]]*\]\()(?!http)', rf'\1{address}/raw/HEAD/', text)
    return re.sub(r'(\]\()(?!http)', rf'\1{address}/blob/HEAD/', text)


# The rest is in pyproject.toml.
setup(
    cmdclass={'build_py': BuildWithMim},
    long_description=read_readme(),
    long_description_content_type='text/markdown',
    zip_safe=False,
)
