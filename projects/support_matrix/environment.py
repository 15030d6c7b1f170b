"""A fresh virtual environment for a row."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from stnet_mm.errors import StNetInputError

from .rows import Row

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 3600  # seconds; torch takes gigabytes, and mmcv's operators minutes
# What the wheel is built from.
SOURCES = (
    *('stnet_mm', 'stnet_runtime', 'configs', 'tools', 'pyproject.toml'),
    *('setup.py', 'MANIFEST.in', 'README.md', 'LICENSE', 'model-index.yml'),
)
# What the results list, if it is there.
NAMES = (
    *('torch', 'numpy', 'mmengine', 'onedl-mmengine', 'mmcv', 'mmcv-lite'),
    *('onedl-mmcv', 'mmaction2', 'mmpretrain', 'timm', 'av', 'decord'),
    *('torchcodec', 'openmim'),
)


class InstallError(StNetInputError):
    """Something could not be built or installed; its text is one line."""


def find_python(version: str) -> Path | None:
    """Find a Python.

    Args:
        version (str): Its first two numbers.

    Returns:
        Path | None: The one on the path or of pyenv, or None.
    """
    pyenv = Path(os.environ.get('PYENV_ROOT', Path.home() / '.pyenv'))
    found = shutil.which(f'python{version}')
    candidates = [
        *pyenv.glob(f'versions/{version}.*/bin/python'),
        *([Path(found)] if found else []),
    ]
    for path in candidates:
        # A shim of pyenv may refuse to run.
        command = [path, '-c', 'import sys; print(sys.version)']
        result = subprocess.run(command, capture_output=True, text=True)
        if result.stdout.startswith(f'{version}.'):
            return path
    return None


def build_wheel(scratch: Path) -> Path:
    """Build the wheel of this checkout.

    Args:
        scratch (Path): Where to build it.

    Returns:
        Path: The wheel.

    Raises:
        InstallError: If it cannot be built, or there is no uv.
    """
    if shutil.which('uv') is None:
        raise InstallError('uv is needed: pip install uv')
    # A copy: builds leave files beside the source.
    source, out = scratch / 'source', scratch / 'wheel'
    for folder in (source, out):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    skip = shutil.ignore_patterns('__pycache__', '*.py[co]')
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=skip)
        else:
            shutil.copy2(ROOT / name, source)
    _install('build', '--wheel', '--out-dir', out, source)
    return next(out.glob('*.whl'))


class Environment:
    """The virtual environment of a row, with the wheel inside.

    Args:
        row (Row): The row.
        python (Path): Its Python.
        scratch (Path): Where to make it, and to keep what is compiled.
    """

    def __init__(self, row: Row, python: Path, scratch: Path) -> None:
        self.row = row
        self.folder = scratch / row.name
        self.bin = self.folder / 'bin'
        self._compiled = scratch.parent / 'compiled' / f'python{row.python}'
        self._base = python
        # Seconds that compiling took, unless it was done before.
        self.compile_seconds: int | None = None

    @property
    def mim(self) -> Path:
        """The folder of tools and configs in the installed wheel."""
        (packages,) = self.folder.glob('lib/python*/site-packages')
        return packages / 'stnet_mm' / '.mim'

    def make(self, wheel: Path) -> None:
        """Make it.

        Args:
            wheel (Path): The wheel of this package.

        Raises:
            InstallError: If something cannot be installed.
        """
        self.remove()
        row = self.row
        _install('venv', '--seed', '--python', self._base, self.folder)
        packages = list(row.packages)
        if row.compiled:
            self.install(*packages, 'ninja', 'psutil', 'wheel')
            packages.append(str(self._compile(row.compiled)))
        self.install(*packages, wheel)
        if row.alone:
            self.install('--no-deps', *row.alone)
        if row.removed:
            _install(
                *('pip', 'uninstall', '--python', self.bin / 'python'),
                *row.removed,
            )

    def install(self, *packages: object) -> None:
        """Install packages.

        Args:
            *packages (str | Path): Requirements, wheels and options.

        Raises:
            InstallError: If that fails.
        """
        # No isolation: old source packages need an old setuptools.
        _install(
            *('pip', 'install', '--no-build-isolation'),
            *('--python', self.bin / 'python', *packages),
        )

    def list_packages(self) -> dict[str, str]:
        """What is installed of what the matrix is about.

        Returns:
            dict[str, str]: Versions by the names of packages, and Python's.
        """
        text = _run(
            *('uv', '--quiet', 'pip', 'list', '--format', 'json'),
            *('--python', self.bin / 'python'),
        )
        found = {p['name']: p['version'] for p in json.loads(text)}
        version = _run(self.bin / 'python', '-V').split()[-1]
        return {
            'python': version,
            **{name: found[name] for name in NAMES if name in found},
        }

    def remove(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _compile(self, requirement: str) -> Path:
        """The wheel of a source package, from the last time if there is."""
        name, _, version = requirement.partition('==')
        pattern = f'{name}-{version}-*.whl'
        if not list(self._compiled.glob(pattern)):
            start = time.monotonic()
            _run(
                *(self.bin / 'python', '-m', 'pip', 'wheel', requirement),
                *('--no-deps', '--no-build-isolation', '--no-binary', name),
                *('--wheel-dir', self._compiled),
                MMCV_WITH_OPS='1',
            )
            self.compile_seconds = round(time.monotonic() - start)
        return next(self._compiled.glob(pattern))


def _install(*command: object) -> None:
    # mmcv's operators are compiled where a row is about them only.
    _run('uv', '--quiet', *command, MMCV_WITH_OPS='0')


def _run(*command: object, **env: str) -> str:
    result = subprocess.run(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **env},
        timeout=TIMEOUT,
    )
    if result.returncode:
        raise InstallError(find_cause(result.stdout))
    return result.stdout


def find_cause(text: str) -> str:
    """Why something could not be installed.

    Args:
        text (str): What the installer printed.

    Returns:
        str: A compiler's first error, or the end of all in one line.
    """
    error = re.search(r'^.*?: (fatal )?error: .*$', text, re.M)
    cause = error[0].strip() if error else ' '.join(text.split())[-600:]
    # Not where the environment was.
    return re.sub(r'\S*/site-packages/', '', cause)
