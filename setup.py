"""Build stnet_mm, with what the ``mim`` command needs inside the wheel."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tarfile
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

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


class ReproducibleSdist(sdist):
    """Pack the same files into the same bytes if SOURCE_DATE_EPOCH is set.

    Of wheels setuptools sees to it by itself, if they are built from an sdist.
    """

    def make_archive(
        self, base_name, format, root_dir=None, base_dir=None, **owner
    ) -> str:
        epoch = os.environ.get('SOURCE_DATE_EPOCH')
        if epoch is None or format != 'gztar':
            return super().make_archive(
                base_name, format, root_dir, base_dir, **owner
            )

        def normalize(member: tarfile.TarInfo) -> tarfile.TarInfo:
            member.mtime = int(epoch)
            member.uid = member.gid = 0
            member.uname = member.gname = ''
            member.mode = 0o755 if member.mode & 0o100 else 0o644
            return member

        path = f'{base_name}.tar.gz'
        with open(path, 'wb') as file, gzip.GzipFile(
            '', 'wb', fileobj=file, mtime=int(epoch)
        ) as packed, tarfile.open(fileobj=packed, mode='w') as archive:
            archive.add(base_dir, filter=normalize)
        return path


# The rest is in pyproject.toml.
setup(
    cmdclass={'build_py': BuildWithMim, 'sdist': ReproducibleSdist},
    long_description=read_readme(),
    long_description_content_type='text/markdown',
    zip_safe=False,
)
